using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Queries;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.DeadLetters;

/// <summary>Input that was set aside.</summary>
public sealed class DeadLetterItem(DeadLetter letter)
{
    /// <summary>Its id; ids order letters by age.</summary>
    public string Id => letter.Id;

    /// <summary>When it was set aside.</summary>
    public EventTime At => EventTime.From(letter.At);

    /// <summary>Where it came from.</summary>
    public string Origin => letter.Origin;

    /// <summary>The field at fault, if one is.</summary>
    public string? Field => letter.Field;

    /// <summary>What is wrong.</summary>
    public string Reason => letter.Reason;

    /// <summary>The input itself.</summary>
    public string Content => letter.Content;
}

/// <summary>How a retry ended.</summary>
public sealed class RetryDocument : AnswerDocument
{
    /// <summary>The letter's id.</summary>
    public required string Id { get; init; }

    /// <summary><c>retried</c>: its event is on the log and the letter is gone; <c>still-bad</c>: it stays.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why it still cannot be taken.</summary>
    public string? Reason { get; init; }
}

/// <summary>Dead letters: a look at them, and another try.</summary>
internal static class DeadLetterEndpoints
{
    private static readonly ApiEndpoint List = new("dead-letters", "Operations", ApiPaths.Root + "/dead-letters", "Input that could not be taken, oldest first, with its reason.")
    {
        Parameters = CaseQueryReader.Paging,
    };

    private static readonly ApiEndpoint Retry = new("dead-letter-retry", "Operations", ApiPaths.Root + "/dead-letters/{id}/retry", "Reads a letter again and puts its event on the log.")
    {
        Problems = [StatusCodes.Status404NotFound],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapAnswer(List, ApiJsonContext.Default.ListDocumentDeadLetterItem, ListAsync);
        routes.MapCommand(HttpMethods.Post, Retry, ApiJsonContext.Default.RetryDocument, RetryAsync);
    }

    private static async ValueTask<ListDocument<DeadLetterItem>> ListAsync(ApiRequest request)
    {
        int limit = request.Query.Limit();
        string? after = request.Query.Text("after");
        if (after is not null && (after.Length > 100 || !after.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':')))
            throw ApiProblemException.BadParameter("after", "after is not a position that an answer gave as next.");
        var letters = await request.Ports.DeadLetters.ListAsync(after, limit + 1, request.Cancellation);
        return new ListDocument<DeadLetterItem>
        {
            Total = await request.Ports.DeadLetters.CountAsync(request.Cancellation),
            Items = [.. letters.Take(limit).Select(static letter => new DeadLetterItem(letter))],
            Next = letters.Count > limit ? letters[limit - 1].Id : null,
        };
    }

    private static async ValueTask<RetryDocument> RetryAsync(ApiRequest request)
    {
        string id = request.Path("id");
        var retry = await request.Ports.DeadLetters.RetryAsync(id, request.Cancellation);
        return retry.Outcome switch
        {
            DeadLetterOutcome.Retried => new RetryDocument { Id = id, Outcome = "retried" },
            DeadLetterOutcome.StillBad => new RetryDocument { Id = id, Outcome = "still-bad", Reason = retry.Reason },
            _ => throw ApiProblemException.NotFound("id", $"No letter '{QueryReader.Shown(id)}' waits."),
        };
    }
}

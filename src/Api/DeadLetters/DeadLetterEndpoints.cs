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

    /// <summary>The input itself, as text.</summary>
    public string Content => letter.Content.ToString();

    /// <summary>The bytes of the input in base64, where they are no plain text; else null.</summary>
    public string? ContentBase64 => letter.Content.IsPlainText ? null : Convert.ToBase64String(letter.Content.Bytes.Span);

    /// <summary>What the input is, and thereby what a retry does: <c>event</c>, <c>search-document</c>, or <c>damaged</c>.</summary>
    public string Kind => letter.Kind switch
    {
        DeadLetterKind.Event => "event",
        DeadLetterKind.SearchDocument => "search-document",
        _ => "damaged",
    };
}

/// <summary>How a retry ended.</summary>
public sealed class RetryDocument : AnswerDocument
{
    /// <summary>The letter's id.</summary>
    public required string Id { get; init; }

    /// <summary><c>retried</c>: what it holds is where it belongs and the letter is gone; <c>still-bad</c>: it stays.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why it still cannot be taken, and what to do.</summary>
    public string? Reason { get; init; }
}

/// <summary>Dead letters: a look at them, and another try.</summary>
internal static class DeadLetterEndpoints
{
    private const int LongestId = 512, ListedAtOnce = 64;
    private const long MaxPageBytes = 4L * 1024 * 1024;

    private static readonly ApiEndpoint List = new("dead-letters", "Operations", ApiPaths.Root + "/dead-letters", "Input that could not be taken, oldest first, with its reason. A page of long letters may end before its limit; next leads on.")
    {
        Parameters = CaseQueryReader.Paging,
        NeedsWatermark = false,
    };

    private static readonly ApiEndpoint Retry = new("dead-letter-retry", "Operations", ApiPaths.Root + "/dead-letters/{id}/retry", "Gives a letter once more to what takes its kind: an event to the log, a document to the search index.")
    {
        Problems = [StatusCodes.Status404NotFound],
        NeedsWatermark = false,
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
        if (after is { Length: > LongestId })
            throw ApiProblemException.BadParameter("after", "after is not a position that an answer gave as next.");
        var letters = new List<DeadLetter>();
        long bytes = 0;
        int asked, found;
        do
        {
            asked = Math.Min(ListedAtOnce, limit + 1 - letters.Count);
            var some = await request.Ports.DeadLetters.ListAsync(letters.Count == 0 ? after : letters[^1].Id, asked, request.Cancellation);
            letters.AddRange(some);
            bytes += some.Sum(static letter => (long)letter.Content.Bytes.Length);
            found = some.Count;
        }
        while (found == asked && letters.Count <= limit && bytes < MaxPageBytes);
        // A page may end early, for letters are as long as somebody made them.
        bool isCut = letters.Count > limit || found == asked;
        return new ListDocument<DeadLetterItem>
        {
            Total = await request.Ports.DeadLetters.CountAsync(request.Cancellation),
            Items = [.. letters.Take(limit).Select(static letter => new DeadLetterItem(letter))],
            Next = isCut ? letters[Math.Min(limit, letters.Count) - 1].Id : null,
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

using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Eip.Pipeline.Ports;

namespace Eip.Cli.Remote;

/// <summary>A letter as a user is shown it.</summary>
internal sealed record Letter(string Id, DateTimeOffset At, string Origin, string? Field, string Reason, string Content);

/// <summary>Dead letters, of a home or of a running system.</summary>
internal interface ILetters
{
    /// <summary>How many letters wait.</summary>
    Task<long> CountAsync(CancellationToken cancellationToken);

    /// <summary>Letters that wait, oldest first.</summary>
    IAsyncEnumerable<Letter> ListAsync(CancellationToken cancellationToken);

    /// <summary>One letter; null when none has the id.</summary>
    ValueTask<Letter?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Reads a letter again: whether it was taken, and why not; null when none has the id.</summary>
    Task<(bool Taken, string? Reason)?> RetryAsync(string id, CancellationToken cancellationToken);
}

/// <summary>Those of a home.</summary>
internal sealed class HomeLetters(IDeadLetters letters) : ILetters
{
    private const int PageLength = 1000;

    public async Task<long> CountAsync(CancellationToken cancellationToken) => await letters.CountAsync(cancellationToken);

    public async IAsyncEnumerable<Letter> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        while (await letters.ListAsync(after, PageLength, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var letter in page)
                yield return Shown(letter);
            after = page[^1].Id;
        }
    }

    public async ValueTask<Letter?> FindAsync(string id, CancellationToken cancellationToken) =>
        await letters.FindAsync(id, cancellationToken) is { } letter ? Shown(letter) : null;

    public async Task<(bool Taken, string? Reason)?> RetryAsync(string id, CancellationToken cancellationToken)
    {
        var result = await letters.RetryAsync(id, cancellationToken);
        return result.Outcome switch
        {
            DeadLetterOutcome.Retried => (true, null),
            DeadLetterOutcome.StillBad => (false, result.Reason),
            _ => null,
        };
    }

    private static Letter Shown(DeadLetter letter)
    {
        string content = letter.Content.IsPlainText ? letter.Content.ToString() : $"base64   {Convert.ToBase64String(letter.Content.Bytes.Span)}";
        return new(letter.Id, letter.At, letter.Origin, letter.Field, letter.Reason, content);
    }
}

/// <summary>Those of a running system.</summary>
internal sealed class RemoteLetters(OpsApi api) : ILetters
{
    private const int PageLength = 200;

    public async Task<long> CountAsync(CancellationToken cancellationToken) =>
        (await api.GetAsync("dead-letters?limit=1", cancellationToken)).GetProperty("total").GetInt64();

    public async IAsyncEnumerable<Letter> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            string next = after is null ? "" : $"&after={Uri.EscapeDataString(after)}";
            var page = await api.GetAsync(string.Create(CultureInfo.InvariantCulture, $"dead-letters?limit={PageLength}{next}"), cancellationToken);
            foreach (var item in page.GetProperty("items").EnumerateArray())
                yield return item.Deserialize<Letter>(JsonSerializerOptions.Web)!;
            after = page.GetProperty("next").GetString();
        }
        while (after is not null);
    }

    public ValueTask<Letter?> FindAsync(string id, CancellationToken cancellationToken) =>
        ListAsync(cancellationToken).FirstOrDefaultAsync(letter => letter.Id == id, cancellationToken);

    public async Task<(bool Taken, string? Reason)?> RetryAsync(string id, CancellationToken cancellationToken)
    {
        if (await api.PostAsync($"dead-letters/{Uri.EscapeDataString(id)}/retry", cancellationToken) is not { } answer)
            return null;
        bool taken = answer.GetProperty("outcome").GetString() == "retried";
        return (taken, answer.TryGetProperty("reason", out var reason) ? reason.GetString() : null);
    }
}

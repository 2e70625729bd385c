using System.CommandLine;
using Eip.Api.Estimates;
using Eip.Cli.CommandLine;
using Eip.Cli.Remote;
using Eip.Cli.Views;
using Eip.Domain;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Log;
using Eip.Pipeline.Ports;

namespace Eip.Cli.Commands;

/// <summary><c>eip card</c>: one order and its timeline.</summary>
internal static class CardCommand
{
    private const int MostNamed = 5;

    private static readonly Argument<string> OrderArgument = Values.Argument<string>(
        "ORDER_ID", "The order: its id in any case, or a beginning that no other id has.", "an order id", static (text, out value) => OrderId.TryParse(value = text, out _));

    private static readonly Option<Uri?> Target = CommonOptions.Target();

    public static Command Create() => new Command("card", "Shows an order's card and timeline.") { OrderArgument, Target }
        .WithExamples("eip card 2e7a8482f6fb09756ca50c10d7bfc047", "eip card 2e7a84", "eip card 2e7a84 --target http://localhost:5080")
        .Runs(RunAsync);

    // One block of a snapshot and the log since: an order is found at once in a home of any size. Only a beginning needs all of them.
    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string text = parsed.GetRequiredValue(OrderArgument);
        using var api = OpsApi.Of(parsed, Target);
        if (api is not null)
        {
            var (ids, card, watermark) = await RemoteCards.FindAsync(api, text, MostNamed + 1, cancellationToken);
            var found = card ?? throw NotOne(text, ids);
            CardView.Write(Terminal.Output, found, watermark, await RemoteCards.OutlookAsync(api, found.Card.OrderId, cancellationToken));
            return ExitCodes.Success;
        }

        var home = OpenedHome.ForReading(parsed);
        var snapshot = CaseLookup.Find(home, OrderId.Parse(text)) ?? await FindAsync(parsed, text, cancellationToken);
        using var log = EventLog.OpenForReading(home.Log);
        var now = log.Stats().LastEventAt;
        CardView.Write(Terminal.Output, snapshot, now, await OutlookAsync(parsed, snapshot.Card, now, cancellationToken));
        return ExitCodes.Success;
    }

    // Only an open order has one, and only that looks at what became of all others.
    private static async Task<string?> OutlookAsync(ParseResult parsed, CaseCard card, EventTime? watermark, CancellationToken cancellationToken)
    {
        if (CaseProgress.Of(card).Step == OpenStep.None || watermark is not { } now)
            return null;
        await using var pipeline = await OpenedHome.ReadAsync(parsed, cancellationToken);
        return DeliveryEstimate.Of(card, now, NormTable.Of(pipeline.EnumerateCases().Select(static snapshot => snapshot.Card), now))?.Sentence;
    }

    private static async Task<CaseSnapshot> FindAsync(ParseResult parsed, string beginning, CancellationToken cancellationToken)
    {
        await using var pipeline = await OpenedHome.ReadAsync(parsed, cancellationToken);
        var found = new List<CaseSnapshot>();
        foreach (var snapshot in pipeline.EnumerateCases())
        {
            cancellationToken.ThrowIfCancellationRequested();
            string id = snapshot.Card.OrderId.ToString();
            if (id.Equals(beginning, StringComparison.OrdinalIgnoreCase))
                return snapshot;
            if (found.Count <= MostNamed && id.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
                found.Add(snapshot);
        }

        return found is [var one] ? one : throw NotOne(beginning, [.. found.Select(static snapshot => snapshot.Card.OrderId.ToString())]);
    }

    private static UserErrorException NotOne(string beginning, IReadOnlyList<string> ids) => ids.Count == 0
        ? new UserErrorException($"No event of order '{beginning}' is in the log.", ExitCodes.NotFound)
        : new UserErrorException(
            $"ORDER_ID: several orders begin with '{beginning}': {string.Join(", ", ids.Take(MostNamed))}{(ids.Count > MostNamed ? ", …" : ".")}", ExitCodes.Usage);
}

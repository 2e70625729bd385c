using System.CommandLine;
using Eip.Cli.Views;
using Eip.Pipeline.Ports;

namespace Eip.Cli.Commands;

/// <summary><c>eip card</c>: one order and its timeline.</summary>
internal static class CardCommand
{
    private const int LaneDays = 90;
    private static readonly Argument<string> OrderArgument = new("ORDER_ID") { Description = "The order." };

    public static Command Create() => new Command("card", "Shows an order's card and timeline.") { OrderArgument }
        .WithExamples("eip card 2e7a8482f6fb09756ca50c10d7bfc047")
        .Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var order = OpenedHome.ParseOrderId(parsed.GetRequiredValue(OrderArgument));
        await using var pipeline = await OpenedHome.ReadAsync(parsed, cancellationToken);
        var snapshot = await pipeline.FindAsync(order, cancellationToken)
            ?? throw new UserErrorException($"No event of order '{order}' is in the log.", ExitCodes.NotFound);
        var watermark = (await pipeline.GetAsync(cancellationToken)).Watermark;
        var kpis = snapshot.Card.Lane is { } lane && watermark is { } now
            ? await pipeline.FindAsync(lane, DateRange.Last(LaneDays, now.Date), cancellationToken)
            : null;
        CardView.Write(Output.Console, snapshot, kpis, watermark);
        return ExitCodes.Success;
    }
}

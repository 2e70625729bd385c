using System.CommandLine;
using Eip.Cli.Views;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Log;

namespace Eip.Cli.Commands;

/// <summary><c>eip card</c>: one order and its timeline.</summary>
internal static class CardCommand
{
    private static readonly Argument<string> OrderArgument = new("ORDER_ID") { Description = "The order." };

    public static Command Create() => new Command("card", "Shows an order's card and timeline.") { OrderArgument }
        .WithExamples("eip card 2e7a8482f6fb09756ca50c10d7bfc047")
        .Runs(Run);

    // One block of a snapshot and the log since: an order is found at once in a home of any size.
    private static int Run(ParseResult parsed)
    {
        var order = OpenedHome.ParseOrderId(parsed.GetRequiredValue(OrderArgument));
        var home = OpenedHome.Of(parsed);
        OpenedHome.ThrowIfEmpty(home);
        var snapshot = CaseLookup.Find(home, order)
            ?? throw new UserErrorException($"No event of order '{order}' is in the log.", ExitCodes.NotFound);
        using var log = EventLog.OpenForReading(home.Log);
        CardView.Write(Output.Console, snapshot, log.Stats().LastEventAt);
        return ExitCodes.Success;
    }
}

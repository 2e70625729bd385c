using Eip.Domain;
using Eip.Pipeline.Ports;
using Spectre.Console;

namespace Eip.Cli.Views;

/// <summary>One order as an operator wants to see it: where it stands, how long each step took, and what happened when.</summary>
internal static class CardView
{
    public static void Write(IAnsiConsole console, CaseSnapshot snapshot, EventTime? watermark)
    {
        var card = snapshot.Card;
        string color = card.CurrentStatus is CaseStatus.Cancelled || card.IsLate ? "red" : card.CurrentStatus == CaseStatus.Delivered ? "green" : "yellow";
        console.MarkupLineInterpolated($"[bold]{card.OrderId.ToString()}[/]  [{color}]{card.CurrentStatus.Name()}{(card.IsLate ? ", late" : "")}[/]");
        console.WriteLine();

        var facts = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        Add(facts, "lane", card.Lane?.ToString() ?? $"{Known(card.SellerRegion)}→{Known(card.CustomerRegion)}");
        Add(facts, "promise", Promise(card, watermark));
        Add(facts, "approval", Durations.Show(card.ApprovalSeconds));
        Add(facts, "handling", Durations.Show(card.HandlingSeconds));
        Add(facts, "transit", Durations.Show(card.TransitSeconds));
        Add(facts, "lead time", Durations.Show(card.LeadTimeSeconds));
        if (CaseProgress.Of(card) is { Step: not OpenStep.None, Since: { } since } progress && watermark is { } now)
            Add(facts, "waiting in", $"{progress.Step.ToString().ToLowerInvariant()} for {Durations.Show(now - since)}");
        if (card.Anomalies != CaseAnomalies.None)
            Add(facts, "anomalies", string.Join(", ", card.Anomalies.Names()));
        console.Write(facts);
        console.WriteLine();
        console.Write(Timeline(snapshot.Timeline));
    }

    private static Table Timeline(IReadOnlyList<FulfillmentEvent> timeline)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("event time", "event", "of", "after");
        for (int i = 0; i < timeline.Count; i++)
        {
            var @event = timeline[i];
            string after = i == 0 ? "" : "+" + Durations.Show(@event.EventAt - timeline[i - 1].EventAt);
            table.AddRow(@event.EventAt.ToString(), @event.Type.Name(), @event.Source.Name(), after);
        }

        return table;
    }

    private static string Promise(CaseCard card, EventTime? watermark)
    {
        if (card.EstimatedDeliveryAt is not { } promise || card.DeadlineAt is not { } deadline)
            return "none";
        string text = promise.ToString();
        if (card.DeliveredAt is { } delivered)
            return $"{text} ({Slack(deadline - delivered, "in hand", "over")})";
        return card.CancelledAt is null && watermark is { } now ? $"{text} ({Slack(deadline - now, "left", "over")})" : text;
    }

    private static string Slack(long seconds, string ahead, string behind) => $"{Durations.Show(Math.Abs(seconds))} {(seconds >= 0 ? ahead : behind)}";

    private static void Add(Grid grid, string name, string value) => grid.AddRow(new Markup($"[grey]{name}[/]"), new Text(value));

    private static string Known(Domain.Region region) => region.Text ?? "?";
}

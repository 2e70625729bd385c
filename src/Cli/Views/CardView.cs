using Eip.Domain;
using Eip.Pipeline.Ports;
using Spectre.Console;

namespace Eip.Cli.Views;

/// <summary>One order as an operator wants to see it: where it stands, how long each step took, and what happened when.</summary>
internal static class CardView
{
    private const int NameWidth = 13;

    public static void Write(IAnsiConsole console, CaseSnapshot snapshot, EventTime? watermark, string? outlook)
    {
        var card = snapshot.Card;
        var color = card.CurrentStatus is CaseStatus.Cancelled || card.IsLate ? Color.Red : card.CurrentStatus == CaseStatus.Delivered ? Color.Green : Color.Yellow;
        console.Write(new TextLine((card.OrderId.ToString(), new Style(decoration: Decoration.Bold)), ($"  {card.CurrentStatus.Name()}{(card.IsLate ? ", late" : "")}", new Style(color))));
        console.WriteLine();
        Add(console, "lane", card.Lane?.ToString() ?? $"{Known(card.SellerRegion)}→{Known(card.CustomerRegion)}");
        Add(console, "promise", Promise(card, watermark));
        Add(console, "approval", Durations.Show(card.ApprovalSeconds));
        Add(console, "handling", Durations.Show(card.HandlingSeconds));
        Add(console, "transit", Durations.Show(card.TransitSeconds));
        Add(console, "lead time", Durations.Show(card.LeadTimeSeconds));
        if (CaseProgress.Of(card) is { Step: not OpenStep.None, Since: { } since } progress && watermark is { } now)
            Add(console, "waiting in", $"{progress.Step.ToString().ToLowerInvariant()} for {Durations.Show(now - since)}");
        if (outlook is not null)
            Add(console, "outlook", outlook);
        if (card.Anomalies != CaseAnomalies.None)
            Add(console, "anomalies", string.Join(", ", card.Anomalies.Names()));
        console.Write(Timeline(snapshot.Timeline));
    }

    private static TextTable Timeline(IReadOnlyList<FulfillmentEvent> timeline)
    {
        var table = new TextTable(new("event time", Right: false), new("event", Right: false), new("of", 1, Right: false), new("after", 2, Right: false));
        for (int i = 0; i < timeline.Count; i++)
        {
            var @event = timeline[i];
            string after = i == 0 ? "" : "+" + Durations.Show(@event.EventAt - timeline[i - 1].EventAt);
            table.Row(@event.EventAt.ToString(), @event.Type.Name(), @event.Source.Name(), after);
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

    private static void Add(IAnsiConsole console, string name, string value) => console.Write(new TextLine((name.PadRight(NameWidth), new Style(Color.Grey)), (value, Style.Plain)));

    private static string Known(Domain.Region region) => region.Text ?? "?";
}

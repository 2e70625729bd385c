using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Estimates;

/// <summary>
/// How long orders took from the beginning of each step until delivery, by lane and in the whole network: the deliveries of the last
/// <see cref="Days"/> days up to the watermark's. Values never change.
/// </summary>
public sealed class NormTable
{
    /// <summary>Over how many days of deliveries.</summary>
    public const int Days = 90;

    private static readonly OpenStep[] Steps = [OpenStep.Approval, OpenStep.Handling, OpenStep.Transit];
    private readonly Dictionary<(Lane Lane, OpenStep Step), long[]> lanes = [];
    private readonly Dictionary<OpenStep, long[]> network = [];

    private NormTable(DateRange period) => Period = period;

    /// <summary>The days of delivery that it was drawn from.</summary>
    public DateRange Period { get; }

    /// <summary>The days that norms at a watermark are drawn from.</summary>
    public static DateRange PeriodAt(EventTime watermark) => DateRange.Last(Days, watermark.Date);

    /// <summary>Draws the norms at a watermark from cards; those that are not of the period add nothing.</summary>
    public static NormTable Of(IEnumerable<CaseCard> cards, EventTime watermark)
    {
        ArgumentNullException.ThrowIfNull(cards);
        var drawing = new Drawing(watermark);
        foreach (var card in cards)
            drawing.Add(card);
        return drawing.ToTable();
    }

    /// <summary>Seconds from the beginning of a step until delivery, ascending, in a lane; none when there are no deliveries.</summary>
    public ReadOnlySpan<long> Lane(Lane lane, OpenStep step) => lanes.GetValueOrDefault((lane, step));

    /// <summary>The same over all orders, those in no lane included.</summary>
    public ReadOnlySpan<long> Network(OpenStep step) => network.GetValueOrDefault(step);

    /// <summary>Collects cards.</summary>
    internal sealed class Drawing(EventTime watermark)
    {
        private readonly DateRange period = PeriodAt(watermark);
        private readonly Dictionary<Lane, List<long>[]> lanes = [];
        private readonly List<long>[] network = New();

        public void Add(CaseCard card)
        {
            if (card.CancelledAt is not null || card.DeliveredAt is not { } delivered || !period.Contains(delivered.Date))
                return;
            List<long>[]? lane = null;
            if (card.Lane is { } known && !lanes.TryGetValue(known, out lane))
                lanes.Add(known, lane = New());
            Add(lane, OpenStep.Approval, card.OrderedAt, delivered);
            Add(lane, OpenStep.Handling, card.ApprovedAt, delivered);
            Add(lane, OpenStep.Transit, card.HandoffAt, delivered);
        }

        public NormTable ToTable()
        {
            var table = new NormTable(period);
            foreach (var step in Steps)
            {
                table.network.Add(step, Sorted(network[(int)step]));
                foreach (var (lane, values) in lanes)
                    table.lanes.Add((lane, step), Sorted(values[(int)step]));
            }

            return table;
        }

        private void Add(List<long>[]? lane, OpenStep step, EventTime? began, EventTime delivered)
        {
            if (began is not { } start || delivered < start)
                return;
            network[(int)step].Add(delivered - start);
            lane?[(int)step].Add(delivered - start);
        }

        private static List<long>[] New() => [[], [], [], []];

        private static long[] Sorted(List<long> values)
        {
            long[] sorted = [.. values];
            Array.Sort(sorted);
            return sorted;
        }
    }
}

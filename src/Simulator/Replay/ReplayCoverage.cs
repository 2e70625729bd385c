using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Simulator.Replay;

/// <summary>
/// Which event time of a history was emitted to one sink: ranges of whole seconds, both ends included. What lies before <see cref="Reached"/> and in
/// none of them is missing. Values never change.
/// </summary>
public sealed class ReplayCoverage
{
    /// <summary>Nothing was emitted.</summary>
    public static readonly ReplayCoverage None = new([], null);

    private ReplayCoverage(IReadOnlyList<CoveredRange> ranges, EventTime? reached) => (Ranges, Reached) = (ranges, reached);

    /// <summary>The ranges in order; none touches another.</summary>
    public IReadOnlyList<CoveredRange> Ranges { get; }

    /// <summary>The greatest moment that a replay came to, whether or not it emitted what lies before; null before the first.</summary>
    public EventTime? Reached { get; }

    /// <summary>A coverage as it was stored.</summary>
    public static ReplayCoverage Of(IEnumerable<CoveredRange> ranges, EventTime? reached)
    {
        var coverage = new ReplayCoverage([], reached);
        foreach (var range in ranges)
            coverage = coverage.Add(range.From, range.To);
        return coverage;
    }

    /// <summary>With a range that was emitted wholly; a null start means the beginning of the history.</summary>
    public ReplayCoverage Add(EventTime? from, EventTime to)
    {
        if (from > to)
            return this;
        var ranges = new List<CoveredRange>(Ranges.Count + 1);
        var added = new CoveredRange(from, to);
        foreach (var range in Ranges)
        {
            if (added.Touches(range))
                added = added.And(range);
            else
                ranges.Add(range);
        }

        ranges.Add(added);
        ranges.Sort(static (left, right) => left.To.CompareTo(right.To));
        return new ReplayCoverage(ranges, Reached > to ? Reached : to);
    }

    /// <summary>With a moment to which a replay came, past what it may have left out.</summary>
    public ReplayCoverage Reach(EventTime moment) => Reached >= moment ? this : new ReplayCoverage(Ranges, moment);

    /// <summary>
    /// With a sink that stands at a moment, to which something else than a known replay brought it: that is taken as it is, and what is known to be
    /// missing stays so.
    /// </summary>
    public ReplayCoverage Follow(EventTime watermark)
    {
        if (watermark.UnixSeconds <= EventTime.MinValue.UnixSeconds)
            return this;
        return Add(Reached is { } reached ? reached + 1 : null, watermark + -1);
    }

    /// <summary>The ranges between those that were emitted that hold events of a history, from their first event to their last.</summary>
    public IReadOnlyList<MissingRange> Missing(IHistory history)
    {
        var missing = new List<MissingRange>();
        EventTime? from = null;
        bool begun = false;
        foreach (var range in Ranges)
        {
            if (begun || range.From is not null)
                Look(range.From is { } start ? start + -1 : null);
            from = range.To + 1;
            begun = true;
        }

        if (Reached is { } reached && (from is null || from <= reached))
            Look(reached);
        return missing;

        void Look(EventTime? to)
        {
            EventTime? first = null, last = null;
            long events = 0;
            foreach (var batch in history.Read(from, to))
            {
                if (batch.IsEmpty)
                    continue;
                first ??= batch.Span[0].EventAt;
                last = batch.Span[^1].EventAt;
                events += batch.Length;
            }

            if (first is { } begin && last is { } end)
                missing.Add(new MissingRange(begin, end, events));
        }
    }
}

/// <summary>A range of event time that was emitted, both ends included.</summary>
/// <param name="From">First second; null for the beginning of the history.</param>
/// <param name="To">Last second.</param>
public readonly record struct CoveredRange(EventTime? From, EventTime To)
{
    internal bool Touches(CoveredRange other) =>
        (From is not { } from || from.UnixSeconds <= other.To.UnixSeconds + 1) && (other.From is not { } start || start.UnixSeconds <= To.UnixSeconds + 1);

    internal CoveredRange And(CoveredRange other) =>
        new(From is null || other.From is null ? null : From < other.From ? From : other.From, To > other.To ? To : other.To);
}

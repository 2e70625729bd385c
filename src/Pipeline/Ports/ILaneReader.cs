using Eip.Domain;

namespace Eip.Pipeline.Ports;

/// <summary>Answers questions about lanes, in event time.</summary>
public interface ILaneReader
{
    /// <summary>The figures of every lane that has any in the window, in lane order.</summary>
    ValueTask<IReadOnlyList<LaneFigures>> ListAsync(DateRange window, CancellationToken cancellationToken = default);

    /// <summary>One lane's figures over a window; null when the lane never had any.</summary>
    ValueTask<LaneKpis?> FindAsync(Lane lane, DateRange window, CancellationToken cancellationToken = default);

    /// <summary>One lane's days within a window, in order.</summary>
    ValueTask<IReadOnlyList<RouteStats>> DailyAsync(Lane lane, DateRange window, CancellationToken cancellationToken = default);

    /// <summary>The figures of all lanes together over a window.</summary>
    ValueTask<LaneKpis> NetworkAsync(DateRange window, CancellationToken cancellationToken = default);
}

/// <summary>A range of UTC days, both ends included.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day.</param>
public readonly record struct DateRange(DateOnly From, DateOnly To)
{
    /// <summary>Every day there is.</summary>
    public static DateRange All => new(DateOnly.MinValue, DateOnly.MaxValue);

    /// <summary>The last <paramref name="days"/> days up to and including <paramref name="last"/>.</summary>
    public static DateRange Last(int days, DateOnly last) =>
        new(DateOnly.FromDayNumber(Math.Max(last.DayNumber - days + 1, DateOnly.MinValue.DayNumber)), last);

    /// <summary>Whether a day lies in the range.</summary>
    public bool Contains(DateOnly day) => day >= From && day <= To;
}

/// <summary>A lane and its figures.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="Kpis">Its figures over the window asked for.</param>
public sealed record LaneFigures(Lane Lane, LaneKpis Kpis);

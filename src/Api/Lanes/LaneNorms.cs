using System.Collections.Concurrent;
using Eip.Api.Caching;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Lanes;

/// <summary>
/// Each lane's recent figures for the cards of its orders. Drawing them sorts thousands of lead times, a card is read in microseconds: so they are
/// drawn once per lane and <see cref="CachePolicy.LaneNorms"/>, and of many callers at once only one draws.
/// </summary>
internal sealed class LaneNorms(ILaneReader lanes, TimeProvider clock)
{
    /// <summary>Over how many days a lane is measured.</summary>
    public const int Days = 90;

    private readonly ConcurrentDictionary<Lane, Norm> norms = new();

    /// <summary>The lane's figures over the last days up to a watermark; null when it has none.</summary>
    public async ValueTask<LaneKpis?> FindAsync(Lane lane, EventTime watermark, CancellationToken cancellationToken)
    {
        if (!norms.TryGetValue(lane, out var norm) || norm.Figures.IsFaulted || clock.GetElapsedTime(norm.DrawnAt) > CachePolicy.LaneNorms)
        {
            var drawn = new Norm(clock.GetTimestamp(), () => lanes.FindAsync(lane, DateRange.Last(Days, watermark.Date), CancellationToken.None).AsTask());
            norm = norms.AddOrUpdate(lane, drawn, (_, known) => known == norm ? drawn : known);
        }

        var figures = norm.Figures;
        return figures.IsCompletedSuccessfully ? await figures : await figures.WaitAsync(cancellationToken);
    }

    private sealed class Norm(long drawnAt, Func<Task<LaneKpis?>> draw)
    {
        private readonly Lazy<Task<LaneKpis?>> figures = new(draw);

        public long DrawnAt => drawnAt;

        public Task<LaneKpis?> Figures => figures.Value;
    }
}

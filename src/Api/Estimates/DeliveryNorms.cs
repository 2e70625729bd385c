using Eip.Api.Caching;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Estimates;

/// <summary>
/// The norms that estimates are drawn from. Drawing them looks at every delivery of the period, an estimate takes a microsecond: so they are drawn
/// once in <see cref="CachePolicy.DeliveryNorms"/>, or sooner when event time has moved on, and of many callers at once only one draws.
/// </summary>
internal sealed class DeliveryNorms(ICaseSearch search, TimeProvider clock)
{
    private readonly Lock gate = new();
    private Task<NormTable>? table;
    private EventTime drawnAt;
    private long drawnStamp;

    /// <summary>The norms at a watermark.</summary>
    public async ValueTask<NormTable> GetAsync(EventTime watermark, CancellationToken cancellationToken)
    {
        Task<NormTable> current;
        lock (gate)
        {
            var age = clock.GetElapsedTime(drawnStamp);
            if (table is null || table.IsFaulted || age > CachePolicy.DeliveryNorms || (drawnAt != watermark && age > CachePolicy.LaneNorms))
            {
                (drawnAt, drawnStamp) = (watermark, clock.GetTimestamp());
                // Others wait for it too, so the first caller's cancellation must not reach it.
                table = DrawAsync(watermark);
            }

            current = table;
        }

        return current.IsCompletedSuccessfully ? await current : await current.WaitAsync(cancellationToken);
    }

    private async Task<NormTable> DrawAsync(EventTime watermark)
    {
        var drawing = new NormTable.Drawing(watermark);
        var period = NormTable.PeriodAt(watermark);
        var delivered = new CaseFilter
        {
            Statuses = [CaseStatus.Delivered],
            Delivered = new TimeRange(EventTime.StartOf(period.From), null),
        };
        await search.VisitAsync(delivered, drawing.Add, CancellationToken.None);
        return drawing.ToTable();
    }
}

using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Estimates;

/// <summary>The norms that estimates are drawn from.</summary>
internal sealed class DeliveryNorms(ICaseSearch search, TimeProvider clock)
{
    private readonly Drawn<bool, NormTable> drawn = new(clock, (_, watermark) => DrawAsync(search, watermark));

    /// <summary>The norms at a watermark.</summary>
    public ValueTask<NormTable> GetAsync(EventTime watermark, CancellationToken cancellationToken) => drawn.GetAsync(true, watermark, cancellationToken);

    private static async Task<NormTable> DrawAsync(ICaseSearch search, EventTime watermark)
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

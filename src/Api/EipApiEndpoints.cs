using Eip.Api.Comparisons;
using Eip.Api.DeadLetters;
using Eip.Api.Health;
using Eip.Api.Http;
using Eip.Api.Ingest;
using Eip.Api.Lanes;
using Eip.Api.Live;
using Eip.Api.Metrics;
using Eip.Api.OpenApi;
using Eip.Api.Overview;
using Eip.Api.Replay;
using Eip.Api.Scenarios;
using Eip.Api.Security;
using Eip.Api.Shipments;
using Microsoft.AspNetCore.Builder;

namespace Eip.Api;

/// <summary>Maps the Ops API.</summary>
public static class EipApiEndpoints
{
    /// <summary>Adds the API's middleware and endpoints: <c>/api/v1</c>, <c>/health</c>, <c>/metrics</c> and <c>/openapi</c>.</summary>
    public static WebApplication MapEipApi(this WebApplication app)
    {
        app.UseMiddleware<RequestMetricsMiddleware>();
        app.UseResponseCompression();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<SecurityMiddleware>();
        app.UseRouting();
        app.UseRequestTimeouts();
        ShipmentEndpoints.Map(app);
        SlaViolations.Map(app);
        Bottlenecks.Map(app);
        Delays.Map(app);
        Stuck.Map(app);
        AtRisk.Map(app);
        Alerts.Map(app);
        PeriodComparison.Map(app);
        Breakdown.Map(app);
        Histogram.Map(app);
        LaneEndpoints.Map(app);
        OverviewEndpoint.Map(app);
        PipelineEndpoint.Map(app);
        IngestEndpoint.Map(app);
        DeadLetterEndpoints.Map(app);
        ReplayEndpoints.Map(app);
        LiveEndpoint.Map(app);
        HealthEndpoints.Map(app);
        MetricsEndpoint.Map(app);
        DescriptionEndpoints.Map(app);
        return app;
    }
}

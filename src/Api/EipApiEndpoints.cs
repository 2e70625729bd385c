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
        OrderPath.Use(app);
        app.UseRouting();
        app.UseRequestTimeouts();
        var routes = app.MapGroup("");
        HeadRequests.Add(routes);
        ShipmentEndpoints.Map(routes);
        SlaViolations.Map(routes);
        Bottlenecks.Map(routes);
        Delays.Map(routes);
        Stuck.Map(routes);
        AtRisk.Map(routes);
        Alerts.Map(routes);
        PeriodComparison.Map(routes);
        Breakdown.Map(routes);
        Histogram.Map(routes);
        LaneEndpoints.Map(routes);
        OverviewEndpoint.Map(routes);
        PipelineEndpoint.Map(routes);
        IngestEndpoint.Map(routes);
        DeadLetterEndpoints.Map(routes);
        ReplayEndpoints.Map(routes);
        LiveEndpoint.Map(routes);
        HealthEndpoints.Map(routes);
        MetricsEndpoint.Map(routes);
        DescriptionEndpoints.Map(routes);
        return app;
    }
}

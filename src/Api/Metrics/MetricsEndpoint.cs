using System.Text;
using Eip.Api.Http;
using Eip.Api.Live;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Metrics;

/// <summary>Everything that is measured, for Prometheus.</summary>
internal static class MetricsEndpoint
{
    private static readonly ApiEndpoint Metrics = new("metrics", "Health", "/metrics", "Everything that is measured, in Prometheus' text form.");

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Metrics.Pattern, static async (HttpContext context, ApiPorts ports, MetricsCollector collector, LiveClients live) =>
        {
            var request = await AnswerRoutes.RequestAsync(context, ports, Metrics);
            var text = new StringBuilder(8 * 1024);
            Write(text, await ports.StatusAsync(request.Cancellation), live.Count);
            collector.Write(text);
            return TypedResults.Text(text.ToString(), PrometheusText.ContentType);
        }).Describe(Metrics).Produces<string>(StatusCodes.Status200OK, "text/plain");

    private static void Write(StringBuilder text, PipelineStatus status, int liveClients)
    {
        One(text, "eip_orders", "Orders that have a card.", status.OrderCount);
        One(text, "eip_dead_letters", "Letters that wait for somebody.", status.DeadLetters);
        One(text, "eip_lag_events", "Events in the log that are not folded yet.", status.LagEvents);
        if (status.Watermark is { } watermark)
            One(text, "eip_watermark_timestamp_seconds", "The greatest event time that is folded.", watermark.UnixSeconds);
        One(text, "eip_live_clients", "Clients of the live stream.", liveClients);
        Each(text, status, "eip_partition_end_offset", "gauge", "The offset after the last event of the log.", static partition => partition.EndOffset);
        Each(text, status, "eip_partition_projected_offset", "gauge", "The offset after the last event that is folded.", static partition => partition.ProjectedOffset);
        Each(text, status, "eip_partition_lag_seconds", "gauge", "Event time between what is in the log and what is folded.", static partition => partition.LagSeconds);
        Each(text, status, "eip_partition_events_per_second", "gauge", "Events folded a second, lately.", static partition => partition.EventsPerSecond);
    }

    private static void One(StringBuilder text, string name, string help, double value)
    {
        PrometheusText.Head(text, name, "gauge", help);
        PrometheusText.Line(text, name, "", value);
    }

    private static void Each(StringBuilder text, PipelineStatus status, string name, string type, string help, Func<PartitionStatus, double> value)
    {
        PrometheusText.Head(text, name, type, help);
        foreach (var partition in status.Partitions)
            PrometheusText.Line(text, name, $"partition=\"{partition.Partition}\"", value(partition));
    }
}

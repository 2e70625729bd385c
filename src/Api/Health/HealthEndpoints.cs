using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Queries;
using Eip.Domain;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Health;

/// <summary>Whether the host lives, or is ready.</summary>
public sealed class HealthDocument : AnswerDocument
{
    /// <summary><c>live</c>, <c>ready</c> or <c>waiting</c>.</summary>
    [AllowedValues("live", "ready", "waiting")]
    public required string Status { get; init; }

    /// <summary>What it waits for; null when it waits for nothing.</summary>
    public string? Reason { get; init; }

    /// <summary>What works now and will not always, such as a topic that deletes its events.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>What an orchestrator asks. Liveness looks at the process only: a restart heals nothing that lies outside it.</summary>
internal static class HealthEndpoints
{
    private static readonly ApiEndpoint Live = new("health-live", "Health", "/health/live", "Whether the process answers.");

    private static readonly ApiEndpoint Ready = new("health-ready", "Health", "/health/ready", "Whether it has joined and keeps up with the log.")
    {
        Problems = [StatusCodes.Status503ServiceUnavailable],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Live.Pattern, static (HttpContext context, ApiPorts ports) =>
            Answer(context, ports.Now, null, Live, new HealthDocument { Status = "live" })).Describe(Live);
        routes.MapGet(Ready.Pattern, static async (HttpContext context, ReadinessProbe probe, ApiPorts ports) =>
        {
            var (reason, watermark) = await probe.LookAsync(context.RequestAborted);
            var document = new HealthDocument { Status = reason is null ? "ready" : "waiting", Reason = reason, Warnings = probe.Warnings };
            return Answer(context, ports.Now, watermark, Ready, document);
        }).Describe(Ready);
    }

    private static JsonAnswer<HealthDocument> Answer(HttpContext context, EventTime asOf, EventTime? watermark, ApiEndpoint endpoint, HealthDocument document)
    {
        _ = new QueryReader(context.Request, endpoint.Parameters, new EipApiOptions());
        document.AsOf = asOf;
        document.Watermark = watermark;
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(document, ApiJsonContext.Default.HealthDocument);
        return new JsonAnswer<HealthDocument>(json, document.Reason is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}

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
    /// <summary><c>live</c>; <c>ready</c>, <c>degraded</c> (something that it needs is away, and the rest is served) or <c>waiting</c>.</summary>
    [AllowedValues("live", "ready", "degraded", "waiting")]
    public required string Status { get; init; }

    /// <summary>What it waits for; null when it waits for nothing.</summary>
    public string? Reason { get; init; }

    /// <summary>What works now and will not always, such as a topic that deletes its events.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The stores and brokers that it needs, as they were seen last.</summary>
    public IReadOnlyList<DependencyState> Dependencies { get; init; } = [];
}

/// <summary>What an orchestrator asks. Liveness looks at the process only: a restart heals nothing that lies outside it.</summary>
internal static class HealthEndpoints
{
    private static readonly ApiEndpoint Live = new("health-live", "Health", "/health/live", "Whether the process answers.");

    private static readonly ApiEndpoint Ready = new("health-ready", "Health", "/health/ready", "Whether it has joined and keeps up with the log; with for, whether it serves that kind of requests now.")
    {
        Parameters = [new ApiParameter("for", "The kind of requests: 503 while a store is away that they need.", ServedKinds.Ingest) { Allowed = ServedKinds.All }],
        Problems = [StatusCodes.Status503ServiceUnavailable],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Live.Pattern, static (HttpContext context, ApiPorts ports) =>
            Answer(context, ports.Now, null, Live, new HealthDocument { Status = "live" })).Describe(Live);
        routes.MapGet(Ready.Pattern, static async (HttpContext context, ReadinessProbe probe, ApiPorts ports) =>
        {
            string? kind = new QueryReader(context.Request, Ready.Parameters, new EipApiOptions()).Text("for");
            if (kind is not null && !ServedKinds.All.Contains(kind))
                throw ApiProblemException.BadParameter("for", $"for is one of {string.Join(", ", ServedKinds.All)}.");
            var found = await probe.LookAsync(kind, context.RequestAborted);
            string state = found.Reason is not null ? "waiting" : found.IsDegraded ? "degraded" : "ready";
            var document = new HealthDocument { Status = state, Reason = found.Reason, Warnings = probe.Warnings, Dependencies = found.Dependencies };
            return Answer(context, ports.Now, found.Watermark, Ready, document);
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

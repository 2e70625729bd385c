using Eip.Api.Queries;
using Eip.Domain;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Http;

/// <summary>
/// One request as handlers see it: its query, its path, the ports, and the watermark that its answer is about. What an answer is computed from is
/// taken out of the connection's context at once, for others may wait for the answer when the one who asked first is gone.
/// </summary>
internal sealed class ApiRequest(
    HttpContext context, RouteValueDictionary path, QueryReader query, ApiPorts ports, EipApiOptions options, EventTime? watermark, CancellationToken cancellation)
{

    /// <summary>The connection's context; for handlers whose answers are not shared.</summary>
    public HttpContext Context => context;

    public QueryReader Query => query;

    public ApiPorts Ports => ports;

    public EipApiOptions Options => options;

    /// <summary>The watermark before anything was asked: what the answer holds can only be newer.</summary>
    public EventTime? Watermark => watermark;

    public CancellationToken Cancellation => cancellation;

    /// <summary>The last UTC day of event time: the watermark's.</summary>
    public DateOnly Today => (watermark ?? ports.Now).Date;

    /// <summary>The same question, given up by another token.</summary>
    public ApiRequest With(CancellationToken other) => new(context, path, query, ports, options, watermark, other);

    /// <summary>A part of the path.</summary>
    public string Path(string name) => (string)path[name]!;

    /// <summary>The order that the path names.</summary>
    /// <remarks>A server leaves an escaped slash as it is, so that it does not part the path: here it is part of the id.</remarks>
    public OrderId OrderId() => Domain.OrderId.TryParse(Path("orderId").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), out var id)
        ? id
        : throw ApiProblemException.BadParameter("orderId", $"An order id has 1 to {Domain.OrderId.MaxUtf8Length} bytes without control characters.");

    /// <summary>The lane that the path names by its two regions.</summary>
    public Lane Lane()
    {
        Region Part(string name) => Region.TryParse(Path(name), out var region)
            ? region
            : throw ApiProblemException.BadParameter(name, $"'{QueryReader.Shown(Path(name))}' is not a region of two capital letters.");
        return new Lane(Part("seller"), Part("customer"));
    }
}

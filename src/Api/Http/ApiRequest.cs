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
    /// <summary>Names an order whose id no path can hold: many clients resolve <c>.</c> and <c>..</c> themselves.</summary>
    public static readonly ApiParameter OrderIdParameter = new(
        "id", "The order's id, instead of the path's: for ids such as . and .., which clients take out of paths.", "5ca1ab1e0ddba11cafef00d5ca1ab1e0");

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

    /// <summary>The order that the path names, or the parameter that stands in for it.</summary>
    public OrderId OrderId() => Domain.OrderId.TryParse(query.Text(OrderIdParameter.Name) ?? Context.Features.Get<OrderPath>()?.Decode(), out var id)
        ? id
        : throw ApiProblemException.BadParameter("orderId", $"An order id has 1 to {Domain.OrderId.MaxUtf8Length} bytes of UTF-8 without control characters.");

    /// <summary>The lane that the path names by its two regions.</summary>
    public Lane Lane()
    {
        Region Part(string name) => Region.TryParse(Path(name), out var region)
            ? region
            : throw ApiProblemException.BadParameter(name, $"'{QueryReader.Shown(Path(name))}' is not a region of two capital letters.");
        return new Lane(Part("seller"), Part("customer"));
    }
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Eip.Api.Caching;
using Eip.Api.Json;
using Eip.Api.Queries;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Eip.Api.Http;

/// <summary>Maps questions: a handler gives a document, and all that every answer has in common happens here.</summary>
internal static class AnswerRoutes
{
    /// <summary>Maps a GET that is answered with a document, kept as long as the cache policy says.</summary>
    public static RouteHandlerBuilder MapAnswer<T>(
        this IEndpointRouteBuilder routes, ApiEndpoint endpoint, JsonTypeInfo<T> type, Func<ApiRequest, ValueTask<T>> handler)
        where T : AnswerDocument
    {
        var timeToLive = CachePolicy.For(endpoint.Name);
        return routes.MapJson<T>(endpoint, async request =>
        {
            var headers = request.Context.Response.Headers;
            if (timeToLive == TimeSpan.Zero)
            {
                headers["X-Cache"] = "bypass";
                return await WriteAsync(request, type, handler);
            }

            var cache = request.Context.RequestServices.GetRequiredService<ICache>();
            var answer = await cache.GetOrComputeAsync(
                Key(request.Context.Request),
                timeToLive,
                cancellation => WriteAsync(request.With(cancellation), type, handler),
                request.Cancellation);
            headers["X-Cache"] = answer.Outcome switch { CacheOutcome.Hit => "hit", CacheOutcome.Miss => "miss", _ => "bypass" };
            headers.Age = ((long)answer.Age.TotalSeconds).ToString();
            return answer.Value;
        });
    }

    /// <summary>Maps a GET whose handler writes the JSON itself.</summary>
    public static RouteHandlerBuilder MapJson<T>(
        this IEndpointRouteBuilder routes, ApiEndpoint endpoint, Func<ApiRequest, ValueTask<ReadOnlyMemory<byte>>> handler) =>
        routes.MapGet(endpoint.Pattern, async (HttpContext context, ApiPorts ports) =>
            new JsonAnswer<T>(await handler(await RequestAsync(context, ports, endpoint)))).Describe(endpoint);

    /// <summary>Maps a request that changes something.</summary>
    public static RouteHandlerBuilder MapCommand<T>(
        this IEndpointRouteBuilder routes, string method, ApiEndpoint endpoint, JsonTypeInfo<T> type, Func<ApiRequest, ValueTask<T>> handler, int status = StatusCodes.Status200OK)
        where T : AnswerDocument =>
        routes.MapMethods(endpoint.Pattern, [method], async (HttpContext context, ApiPorts ports) =>
            new JsonAnswer<T>(await WriteAsync(await RequestAsync(context, ports, endpoint), type, handler), status)).Describe(endpoint);

    /// <summary>Reads what every request has.</summary>
    public static async ValueTask<ApiRequest> RequestAsync(HttpContext context, ApiPorts ports, ApiEndpoint endpoint)
    {
        var options = context.RequestServices.GetRequiredService<EipApiOptions>();
        var query = new QueryReader(context.Request, endpoint.Parameters, options);
        var watermark = endpoint.NeedsWatermark ? await ports.WatermarkAsync(context.RequestAborted) : ports.KnownWatermark;
        return new ApiRequest(context, context.Request.RouteValues, query, ports, options, watermark, context.RequestAborted);
    }

    /// <summary>Gives an endpoint its name, texts and table.</summary>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder builder, ApiEndpoint endpoint)
    {
        builder.WithName(endpoint.Name).WithTags(endpoint.Tag).WithSummary(endpoint.Summary).WithMetadata(endpoint);
        if (endpoint.IsStream)
            builder.DisableRequestTimeout();
        return builder;
    }

    /// <summary>Writes a document as of now.</summary>
    public static async ValueTask<byte[]> WriteAsync<T>(ApiRequest request, JsonTypeInfo<T> type, Func<ApiRequest, ValueTask<T>> handler)
        where T : AnswerDocument
    {
        var asOf = request.Ports.Now;
        var document = await handler(request);
        document.AsOf = asOf;
        document.Watermark = request.Watermark;
        return JsonSerializer.SerializeToUtf8Bytes(document, type);
    }

    // The same question has one key, in whatever order its parameters come; and two questions never have the same one, for what parts the pieces is
    // escaped within them.
    private static string Key(HttpRequest request)
    {
        var key = new StringBuilder("api:").Append(Uri.EscapeDataString(request.Path.Value ?? ""));
        foreach (var (name, values) in request.Query.OrderBy(static parameter => parameter.Key, StringComparer.Ordinal))
        {
            foreach (string? value in values)
                key.Append('&').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value ?? ""));
        }

        return key.ToString();
    }
}

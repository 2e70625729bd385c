using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Metrics;

/// <summary>Measures every request by route, never by path: a route is one of few, a path one of as many as there are orders.</summary>
internal sealed class RequestMetricsMiddleware(RequestDelegate next, ApiInstruments instruments, TimeProvider clock)
{
    public async Task InvokeAsync(HttpContext context)
    {
        long start = clock.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            string route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none";
            instruments.Answered(route, Method(context.Request.Method), context.Response.StatusCode, clock.GetElapsedTime(start));
        }
    }

    private static string Method(string method) =>
        method is "GET" or "POST" or "PATCH" or "DELETE" or "HEAD" or "OPTIONS" or "PUT" ? method : "other";
}

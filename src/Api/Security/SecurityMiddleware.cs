using Eip.Api.Http;
using Eip.Api.Metrics;
using Microsoft.AspNetCore.Http;

namespace Eip.Api.Security;

/// <summary>
/// Who may ask, and how often. Without keys only this machine may, and only under its own name, so that no page in a browser on it can be led here;
/// with keys each request shows one whose role allows it, within its rate.
/// </summary>
internal sealed class SecurityMiddleware(RequestDelegate next, ApiKeys keys, BadKeys badKeys, KeyRates rates, ApiInstruments instruments)
{
    public Task InvokeAsync(HttpContext context)
    {
        SecurityHeaders.Set(context);
        var request = context.Request;
        if (!ApiPaths.IsGuarded(request.Path))
            return next(context);
        if (!RequestOrigin.IsSameSite(request))
            return Refuse(context, StatusCodes.Status403Forbidden, "cross-site", "Origin", "Requests from another site's pages are not taken.");
        if (!keys.AreRequired)
        {
            return RequestOrigin.IsLocal(context)
                ? next(context)
                : Refuse(context, StatusCodes.Status403Forbidden, "loopback-only", "Host", "Without API keys this host serves loopback alone, under localhost or a loopback address.");
        }

        var key = keys.Find(request);
        if (badKeys.PutOff(context.Connection.RemoteIpAddress, key) is { } seconds)
        {
            instruments.KeyRejected();
            context.Response.Headers.RetryAfter = seconds.ToString();
            return Refuse(context, StatusCodes.Status429TooManyRequests, "bad-keys", "X-Api-Key", "Too many requests without a known API key came from this address.");
        }

        if (key is null)
        {
            instruments.KeyRejected();
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Refuse(context, StatusCodes.Status401Unauthorized, "no-key", "X-Api-Key", "A known API key is needed, as X-Api-Key or Authorization: Bearer.");
        }

        if (!ApiKeys.Allows(key.Role, request))
        {
            instruments.KeyRejected();
            return Refuse(context, StatusCodes.Status403Forbidden, "role", "X-Api-Key", $"The role {key.Role.ToString().ToLowerInvariant()} does not allow {request.Method} {request.Path}.");
        }

        if (rates.TryTake(key, out int wait))
            return next(context);
        instruments.Throttled(key.Name);
        context.Response.Headers.RetryAfter = wait.ToString();
        return Refuse(context, StatusCodes.Status429TooManyRequests, "rate", "X-Api-Key", "This key makes more requests a second than it may.");
    }

    private static Task Refuse(HttpContext context, int status, string kind, string field, string detail) =>
        ProblemWriter.WriteAsync(context, status, kind, field, detail);
}

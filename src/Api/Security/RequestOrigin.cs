using System.Net;
using Microsoft.AspNetCore.Http;

namespace Eip.Api.Security;

/// <summary>Where a request comes from, as far as it can be told: what keeps pages of other sites out, and other machines.</summary>
public static class RequestOrigin
{
    /// <summary>Whether no page of another site sent it. A browser says where a page came from; whoever is no browser says nothing, or itself.</summary>
    public static bool IsSameSite(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site")
            return false;
        string origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether this machine sent it, under its own name. A foreign name that leads to loopback is what DNS rebinding does.</summary>
    public static bool IsLocal(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        // In memory there is no address.
        if (context.Connection.RemoteIpAddress is { } remote && !IPAddress.IsLoopback(remote))
            return false;
        string host = context.Request.Host.Host.Trim('[', ']');
        return host.Length == 0 || LoopbackGuard.IsLoopback(host);
    }
}

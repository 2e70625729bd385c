using System.Net;
using System.Security.Cryptography;
using System.Text;
using Eip.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Eip.Silo.Http;

/// <summary>Orleans Dashboard shows the inside of a silo: loopback may see it while no keys are configured, and whoever shows an operate key.</summary>
internal static class DashboardGuard
{
    /// <summary>Where the dashboard is.</summary>
    public const string Path = "/orleans";

    private const string Challenge = "Basic realm=\"Orleans Dashboard: any name, an operate key as password\"";

    public static void UseDashboardGuard(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments(Path, StringComparison.OrdinalIgnoreCase))
            return next(context);
        var keys = context.RequestServices.GetRequiredService<EipApiOptions>().ApiKeys;
        if (keys.Count == 0 ? IsLoopback(context) : ShowsOperateKey(context.Request, keys))
            return next(context);
        context.Response.StatusCode = keys.Count == 0 ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
        if (keys.Count > 0)
            context.Response.Headers.WWWAuthenticate = Challenge;
        return context.Response.WriteAsync("Orleans Dashboard needs an API key with the role operate.\n");
    });

    private static bool IsLoopback(HttpContext context) => context.Connection.RemoteIpAddress is not { } remote || IPAddress.IsLoopback(remote);

    private static bool ShowsOperateKey(HttpRequest request, IEnumerable<ApiKey> keys)
    {
        if (Shown(request) is not { Length: > 0 } shown)
            return false;
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(shown));
        return keys.Any(key => key.Role == ApiRole.Operate && CryptographicOperations.FixedTimeEquals(hash, Convert.FromHexString(key.Hash)));
    }

    // A browser can show a key as the password of basic authentication; anything else shows it as the API takes it.
    private static string? Shown(HttpRequest request)
    {
        if (request.Headers.TryGetValue("X-Api-Key", out var header))
            return header.ToString();
        string authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return authorization["Bearer ".Length..];
        if (!authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return null;
        byte[] decoded = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization["Basic ".Length..], decoded, out int length))
            return null;
        string pair = Encoding.UTF8.GetString(decoded, 0, length);
        return pair[(pair.IndexOf(':') + 1)..];
    }
}

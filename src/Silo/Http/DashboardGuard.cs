using System.Security.Cryptography;
using System.Text;
using Eip.Api;
using Eip.Api.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Eip.Silo.Http;

/// <summary>
/// Orleans Dashboard shows the inside of a silo: loopback may see it while no keys are configured, under its own name, and whoever shows an operate key;
/// pages of other sites never.
/// </summary>
internal static class DashboardGuard
{
    /// <summary>Where the dashboard is.</summary>
    public const string Path = "/orleans";

    private const string Challenge = "Basic realm=\"Orleans Dashboard: any name, an operate key as password\"";

    private const string LoopbackOnly = "Without API keys Orleans Dashboard serves loopback alone, under localhost or a loopback address.";

    public static void UseDashboardGuard(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments(Path, StringComparison.OrdinalIgnoreCase))
            return next(context);
        var keys = context.RequestServices.GetRequiredService<EipApiOptions>().ApiKeys;
        if (!RequestOrigin.IsSameSite(context.Request))
            return RefuseAsync(context, StatusCodes.Status403Forbidden, "Requests from another site's pages are not taken.");
        if (keys.Count == 0)
            return RequestOrigin.IsLocal(context) ? next(context) : RefuseAsync(context, StatusCodes.Status403Forbidden, LoopbackOnly);
        if (ShowsOperateKey(context.Request, keys))
            return next(context);
        context.Response.Headers.WWWAuthenticate = Challenge;
        return RefuseAsync(context, StatusCodes.Status401Unauthorized, "Orleans Dashboard needs an API key with the role operate.");
    });

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(reason + "\n");
    }

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

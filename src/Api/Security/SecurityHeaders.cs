using Eip.Api.Http;
using Microsoft.AspNetCore.Http;

namespace Eip.Api.Security;

/// <summary>What browsers are told, with every answer. There is no CORS: pages of other sites get nothing.</summary>
internal static class SecurityHeaders
{
    public static void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = ApiPaths.IsGuarded(context.Request.Path)
            ? "default-src 'none'; frame-ancestors 'none'"
            : "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
    }
}

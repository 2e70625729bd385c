using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Eip.Api.Http;

/// <summary>
/// The order id of a path, decoded once, from the target as it was sent. The path that a server hands on will not do: there an escaped slash looks like
/// the text <c>%2F</c>, and ids that are dots are gone.
/// </summary>
/// <param name="Segment">The id as it was sent.</param>
internal sealed record OrderPath(string Segment)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The id; null when it is not UTF-8, escaped as in addresses.</summary>
    public string? Decode()
    {
        // A server takes nothing but ASCII in a target.
        var bytes = new List<byte>(Segment.Length);
        for (int i = 0; i < Segment.Length; i++)
        {
            if (Segment[i] != '%')
            {
                bytes.Add((byte)Segment[i]);
                continue;
            }

            if (i + 2 >= Segment.Length || !byte.TryParse(Segment.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, null, out byte escaped))
                return null;
            bytes.Add(escaped);
            i += 2;
        }

        try
        {
            return Utf8.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Keeps the id of every request for an order, and the paths of orders whose ids are escaped dots.</summary>
    public static IApplicationBuilder Use(IApplicationBuilder app) => app.Use((context, next) =>
    {
        string[] parts = Parts(context);
        if (parts.Length is 5 or 6 && Prefix(parts).Equals(ApiPaths.Root + "/shipments", StringComparison.OrdinalIgnoreCase) && parts[4].Length > 0)
        {
            var order = new OrderPath(parts[4]);
            context.Features.Set(order);
            if (order.Decode() is "." or ".." && parts[4][0] == '%')
                context.Request.Path = string.Join('/', parts);
        }

        return next(context);
    });

    private static string[] Parts(HttpContext context)
    {
        string target = context.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } raw ? raw : context.Request.Path.ToUriComponent();
        int query = target.IndexOf('?', StringComparison.Ordinal);
        string path = query < 0 ? target : target[..query];
        // A proxy's form has the host before the path.
        int scheme = path.IndexOf("://", StringComparison.Ordinal);
        if (scheme > 0 && path.IndexOf('/', scheme + 3) is > 0 and var root)
            path = path[root..];
        string[] parts = path.Split('/');
        return parts.Length > 1 && parts[^1].Length == 0 ? parts[..^1] : parts;
    }

    private static string Prefix(string[] parts) => string.Join('/', parts[..4].Select(Uri.UnescapeDataString));
}

using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Eip.Api.Http;

/// <summary>An answer of type <typeparamref name="T"/> whose JSON is written already, sent with a validator: a caller who has it gets 304.</summary>
internal sealed class JsonAnswer<T>(ReadOnlyMemory<byte> json, int status = StatusCodes.Status200OK) : IResult, IEndpointMetadataProvider
{
    private const string ContentType = "application/json; charset=utf-8";

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        if ((HttpMethods.IsGet(httpContext.Request.Method) || HttpMethods.IsHead(httpContext.Request.Method)) && status == StatusCodes.Status200OK)
        {
            string etag = Validator(json.Span);
            response.Headers.ETag = etag;
            response.Headers.CacheControl = "no-cache";
            if (Matches(httpContext.Request.Headers.IfNoneMatch, etag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }
        else
        {
            response.Headers.CacheControl = "no-store";
        }

        response.ContentType = ContentType;
        response.ContentLength = json.Length;
        await response.BodyWriter.WriteAsync(json, httpContext.RequestAborted);
    }

    // Weak, for it says that the answer means the same: asOf and watermark stand last in the text and are left out, and compression may differ.
    private static string Validator(ReadOnlySpan<byte> json)
    {
        int tail = json.LastIndexOf("\"asOf\":"u8);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(tail < 0 ? json : json[..tail], hash);
        Span<char> text = stackalloc char[4 + 24];
        "W/\"".CopyTo(text);
        Convert.TryToHexStringLower(hash[..12], text[3..], out _);
        text[^1] = '"';
        return new string(text);
    }

    private static bool Matches(Microsoft.Extensions.Primitives.StringValues given, string etag)
    {
        foreach (string? header in given)
        {
            foreach (string part in (header ?? "").Split(','))
            {
                string one = part.Trim();
                if (one == "*" || one == etag || (one.Length > 0 && etag.AsSpan(2).SequenceEqual(one)))
                    return true;
            }
        }

        return false;
    }
}

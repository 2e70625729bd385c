using System.Diagnostics;
using System.Text.Json;
using Eip.Api.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Eip.Api.Http;

/// <summary>A request that cannot be answered, and why: it becomes problem details (RFC 9457).</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="kind">The last part of the problem's type, such as <c>bad-parameter</c>.</param>
/// <param name="field">The query parameter, header or body field at fault, if one is.</param>
/// <param name="detail">What is wrong, in a sentence for people.</param>
public sealed class ApiProblemException(int status, string kind, string? field, string detail) : Exception(detail)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The last part of the problem's type.</summary>
    public string Kind { get; } = kind;

    /// <summary>The field at fault.</summary>
    public string? Field { get; } = field;

    /// <summary>Seconds after which it is worth trying again, if that is known.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>A query parameter cannot be read.</summary>
    public static ApiProblemException BadParameter(string name, string detail) => new(StatusCodes.Status400BadRequest, "bad-parameter", name, detail);

    /// <summary>A part of the body cannot be read.</summary>
    public static ApiProblemException BadBody(string? field, string detail) => new(StatusCodes.Status400BadRequest, "bad-body", field, detail);

    /// <summary>There is no such thing.</summary>
    public static ApiProblemException NotFound(string? field, string detail) => new(StatusCodes.Status404NotFound, "not-found", field, detail);

    /// <summary>The host's state does not allow it.</summary>
    public static ApiProblemException Conflict(string? field, string detail) => new(StatusCodes.Status409Conflict, "conflict", field, detail);
}

/// <summary>Writes problem details.</summary>
internal static class ProblemWriter
{
    public const string ContentType = "application/problem+json";

    public static Task WriteAsync(HttpContext context, ApiProblemException problem)
    {
        if (problem.RetryAfterSeconds is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString();
        return WriteAsync(context, problem.Status, problem.Kind, problem.Field, problem.Message);
    }

    public static async Task WriteAsync(HttpContext context, int status, string kind, string? field, string detail)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        response.Headers.Remove("ETag");
        var document = new ProblemDocument
        {
            Type = "urn:eip:problem:" + kind,
            Title = ReasonPhrases.GetReasonPhrase(status),
            Status = status,
            Detail = detail,
            Instance = context.Request.Path.ToUriComponent(),
            Field = field,
            TraceId = Activity.Current?.Id ?? context.TraceIdentifier,
        };
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(document, ApiJsonContext.Default.ProblemDocument);
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body, context.RequestAborted);
    }
}

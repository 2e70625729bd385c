using Eip.Pipeline.Log;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Eip.Api.Http;

/// <summary>Turns every failure into problem details: what callers did wrong by name, what went wrong here by trace id alone.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    private const string RetryAfterSeconds = "2";

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, exception);
            return;
        }
        catch (Exception exception) when (context.Response.HasStarted)
        {
            // The status is sent already: cutting the connection is what tells the client that the answer is not whole.
            Log.FailedInMidAnswer(logger, exception, context.Request.Path, context.TraceIdentifier);
            context.Abort();
            return;
        }

        if (!context.Response.HasStarted && context.Response.StatusCode is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed
            && context.Response is { ContentLength: null, ContentType: null } && ApiPaths.IsApi(context.Request.Path))
        {
            bool noMethod = context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed;
            await ProblemWriter.WriteAsync(
                context,
                context.Response.StatusCode,
                noMethod ? "no-method" : "no-path",
                null,
                noMethod ? $"{context.Request.Method} is not a method of this path." : "There is nothing at this path; /openapi/v1.json names what there is.");
        }
    }

    private async Task AnswerAsync(HttpContext context, Exception exception)
    {
        // What was put in place for an answer that does not come must not adorn the problem.
        context.Response.Headers.Remove("X-Cache");
        context.Response.Headers.Remove("Age");
        switch (exception)
        {
            case ApiProblemException problem:
                await ProblemWriter.WriteAsync(context, problem);
                break;
            case BadHttpRequestException bad:
                string kind = bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? "too-large" : "bad-request";
                await ProblemWriter.WriteAsync(context, bad.StatusCode, kind, null, bad.Message);
                break;
            case StoreUnavailableException away:
                Log.Unavailable(logger, context.Request.Method, context.Request.Path, away.Message, context.TraceIdentifier);
                context.Response.Headers.RetryAfter = RetryAfterSeconds;
                await ProblemWriter.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "unavailable", null, away.Message);
                break;
            case LogFullException full:
                Log.Refused(logger, context.Request.Method, context.Request.Path, full.Message, context.TraceIdentifier);
                await ProblemWriter.WriteAsync(context, StatusCodes.Status507InsufficientStorage, "full", null, full.Message);
                break;
            case LogReadOnlyException or LogFailedException:
                Log.Refused(logger, context.Request.Method, context.Request.Path, exception.Message, context.TraceIdentifier);
                context.Response.Headers.RetryAfter = RetryAfterSeconds;
                await ProblemWriter.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "unavailable", null, exception.Message);
                break;
            case OperationCanceledException:
                await ProblemWriter.WriteAsync(context, StatusCodes.Status504GatewayTimeout, "timeout", null, "The answer took longer than this host allows.");
                break;
            default:
                Log.Failed(logger, exception, context.Request.Method, context.Request.Path, context.TraceIdentifier);
                await ProblemWriter.WriteAsync(
                    context, StatusCodes.Status500InternalServerError, "internal", null, "Something went wrong here; the trace id finds it in the logs.");
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed, trace {TraceId}")]
        public static partial void Failed(ILogger logger, Exception exception, string method, string path, string traceId);

        [LoggerMessage(3, LogLevel.Warning, "{Method} {Path} was answered 503, trace {TraceId}: {Reason}")]
        public static partial void Unavailable(ILogger logger, string method, string path, string reason, string traceId);

        [LoggerMessage(4, LogLevel.Error, "{Method} {Path} could not be written, trace {TraceId}: {Reason}")]
        public static partial void Refused(ILogger logger, string method, string path, string reason, string traceId);

        [LoggerMessage(2, LogLevel.Warning, "{Path} failed in the middle of its answer, trace {TraceId}")]
        public static partial void FailedInMidAnswer(ILogger logger, Exception exception, string path, string traceId);
    }
}

/// <summary>Which paths are the API's.</summary>
internal static class ApiPaths
{
    public const string Root = "/api/v1";

    public static bool IsApi(PathString path) => path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

    public static bool IsGuarded(PathString path) => IsApi(path) || path.StartsWithSegments("/metrics", StringComparison.OrdinalIgnoreCase);
}

using System.Net;
using Polly;
using Polly.Retry;

namespace Eip.Simulator.Sinks;

/// <summary>
/// How requests are repeated: after a network failure, a timeout, 408, 429 and 5xx, with exponential backoff and jitter, and never sooner than the
/// target's <c>Retry-After</c> asks.
/// </summary>
public sealed record HttpRetries
{
    /// <summary>The usual: about three minutes in all before a replay gives up.</summary>
    public static readonly HttpRetries Default = new();

    /// <summary>How often a request is repeated.</summary>
    public int MaxAttempts { get; init; } = 25;

    /// <summary>The first pause.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause, unless the target asks for a longer one.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Told of each failure: what happened, and how long the pause is.</summary>
    public Action<string, TimeSpan>? OnRetry { get; init; }

    /// <summary>The retries as a pipeline.</summary>
    public ResiliencePipeline<HttpResponseMessage> Build(TimeProvider time) =>
        new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = MaxAttempts,
                Delay = FirstDelay,
                MaxDelay = MaxDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome switch
                {
                    { Exception: HttpRequestException } => true,
                    // A timeout of the client, as opposed to a stop.
                    { Exception: TaskCanceledException { InnerException: TimeoutException } } => true,
                    { Result: { } response } => IsTransient(response.StatusCode),
                    _ => false,
                }),
                DelayGenerator = arguments => ValueTask.FromResult(RetryAfter(arguments.Outcome.Result, time)),
                OnRetry = arguments =>
                {
                    string what = arguments.Outcome.Result is { } response ? $"answered {(int)response.StatusCode}" : arguments.Outcome.Exception?.Message ?? "";
                    OnRetry?.Invoke(what, arguments.RetryDelay);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();

    private static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;

    private static TimeSpan? RetryAfter(HttpResponseMessage? response, TimeProvider time)
    {
        var asked = response?.Headers.RetryAfter;
        var delay = asked?.Delta ?? (asked?.Date is { } date ? date - time.GetUtcNow() : null);
        return delay > TimeSpan.Zero ? delay : null;
    }
}

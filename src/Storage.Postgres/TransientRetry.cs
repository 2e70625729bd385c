using Npgsql;
using Polly;
using Polly.Retry;

namespace Eip.Storage.Postgres;

/// <summary>
/// Tries again what failed for a passing reason: a lost connection, a server that starts or stops, a deadlock. What is tried is one transaction with an
/// idempotent effect, so that a commit whose answer was lost does no harm.
/// </summary>
internal static class TransientRetry
{
    /// <summary>Five attempts within about four seconds.</summary>
    public static ResiliencePipeline Create(TimeProvider time) => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = static arguments => ValueTask.FromResult(IsTransient(arguments.Outcome.Exception)),
            MaxRetryAttempts = 4,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(250),
            UseJitter = true,
        })
        .Build();

    private static bool IsTransient(Exception? exception) => exception is NpgsqlException { IsTransient: true }
        or PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown };
}

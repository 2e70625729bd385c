using Microsoft.Extensions.Logging;

namespace Eip.Storage.Redis;

internal sealed partial class RedisConnection
{
    [LoggerMessage(LogLevel.Warning, "Redis did not answer well: {Reason} Answers are computed without it for a moment.")]
    private partial void LogPaused(string reason);

    [LoggerMessage(LogLevel.Warning, "The connection to Redis at {EndPoint} is lost: {Reason} Answers are computed without it until it is back.")]
    private partial void LogLost(string? endPoint, string reason);

    [LoggerMessage(LogLevel.Information, "Redis at {EndPoint} is back.")]
    private partial void LogRestored(string? endPoint);

    [LoggerMessage(LogLevel.Error, "Redis cannot be used with these settings: {Reason} Answers are computed without it.")]
    private partial void LogUnusable(string reason);
}

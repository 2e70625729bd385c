using Microsoft.Extensions.Logging;

namespace Eip.Storage.Redis;

public sealed partial class RedisCache
{
    [LoggerMessage(LogLevel.Debug, "The answer of {Key} takes {Length} bytes, more than the {MaxLength} that are stored; it is computed each time.")]
    private partial void LogTooLarge(string key, int length, int maxLength);

    [LoggerMessage(LogLevel.Warning, "What Redis holds under {Key} is no answer of this form. It is computed again and replaced.")]
    private partial void LogUnreadable(string key);

    [LoggerMessage(LogLevel.Warning, "A key of the cache holds something of another type in Redis. Its answer is computed again and replaces it. {Reason}")]
    private partial void LogWrongType(string reason);
}

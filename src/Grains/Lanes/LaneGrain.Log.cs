using Microsoft.Extensions.Logging;

namespace Eip.Grains.Lanes;

internal sealed partial class LaneGrain
{
    [LoggerMessage(EventId = 3103, Level = LogLevel.Warning, Message = "The orders of lane {Lane} could not be read, or its reminder not be set; it is tried again.")]
    private static partial void LogNotReady(ILogger logger, string lane, Exception exception);

    [LoggerMessage(EventId = 3101, Level = LogLevel.Warning, Message = "{Count} days of lane {Lane} could not be written; they are tried again.")]
    private static partial void LogNotWritten(ILogger logger, string lane, int count, Exception exception);
}

using Confluent.Kafka;
using Eip.Domain;
using Microsoft.Extensions.Logging;

namespace Eip.Streams.Kafka.Provider;

internal sealed partial class PartitionReader
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Reading {Partition} from {Offset} for group {Group}.")]
    private static partial void LogStart(ILogger logger, TopicPartition partition, long offset, string group);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reason}")]
    private static partial void LogContinuityBroken(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store stands before offset {Offset} of {Partition}, up to which everything was stored: it was restored or made anew. Reading goes back to where it stands.")]
    private static partial void LogStoreWentBack(ILogger logger, TopicPartition partition, long offset);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reading {Partition} failed; it goes on at {Offset} (-1: at the committed offset).")]
    private static partial void LogReadFailed(ILogger logger, TopicPartition partition, long offset, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Offset {Offset} of {Partition} (-1: the committed one) is not on the log.")]
    private static partial void LogOffsetGone(ILogger logger, TopicPartition partition, long offset, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The client of {Partition} reports: {Reason}")]
    private static partial void LogClientError(ILogger logger, TopicPartition partition, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Record {Offset} of {Partition} was set aside: {Error}")]
    private static partial void LogSetAside(ILogger logger, TopicPartition partition, long offset, EventError error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Record {Offset} of {Partition} is malformed and could not be set aside; the partition waits for the dead-letter topic.")]
    private static partial void LogSetAsideFailed(ILogger logger, TopicPartition partition, long offset, Exception exception);
}

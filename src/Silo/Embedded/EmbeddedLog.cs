using Eip.Domain;
using Eip.Grains.Reading;
using Eip.Pipeline;
using Eip.Pipeline.Log;
using Eip.Pipeline.Ports;

namespace Eip.Silo.Embedded;

/// <summary>The log of a silo without Kafka: segment files under its home.</summary>
internal sealed class EmbeddedLog : IEventSink, ILogEnds, IDisposable
{
    private TaskCompletionSource appended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EmbeddedLog(Home home, int partitions) => Log = EventLog.Open(home.Log, new EventLogOptions { Partitions = partitions });

    public EventLog Log { get; }

    /// <summary>Completes with the next append.</summary>
    public Task Appended => Volatile.Read(ref appended).Task;

    /// <summary>The key of a partition's ingest grain.</summary>
    public static string KeyOf(int partition) => $"log/{partition}";

    /// <inheritdoc/>
    public ValueTask<AppendResult> AppendAsync(ReadOnlyMemory<FulfillmentEvent> events, CancellationToken cancellationToken = default)
    {
        var result = Log.Append(events.Span);
        Log.Flush();
        Interlocked.Exchange(ref appended, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        return new(result);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LogEnd>> GetAsync(CancellationToken cancellationToken = default) =>
        new([.. Enumerable.Range(0, Log.PartitionCount).Select(partition => new LogEnd(KeyOf(partition), Log.EndOffset(partition), Log.LastEventAt(partition)))]);

    /// <inheritdoc/>
    public void Dispose() => Log.Dispose();
}

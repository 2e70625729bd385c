using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;

namespace Eip.Silo.Replay;

/// <summary>
/// A replay's events to the log of the cluster, whichever it is. An append that fails is repeated for as long as the replay runs: what the log then holds
/// twice counts once.
/// </summary>
internal sealed class PortSink(IEventSink log) : IReplaySink
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public string Name => "log";

    /// <inheritdoc/>
    public AppendResult Taken { get; private set; }

    /// <inheritdoc/>
    public ValueTask<EventTime?> WatermarkAsync(CancellationToken cancellationToken = default) => default;

    /// <inheritdoc/>
    public ValueTask<bool> OpenAsync(string? mark, CancellationToken cancellationToken = default) => ValueTask.FromResult(true);

    /// <inheritdoc/>
    public string? Mark() => null;

    /// <inheritdoc/>
    public async ValueTask SendAsync(ReadOnlyMemory<Emission> batch, CancellationToken cancellationToken = default)
    {
        var events = new FulfillmentEvent[batch.Length];
        for (int i = 0; i < events.Length; i++)
            events[i] = batch.Span[i].Event;
        while (true)
        {
            try
            {
                Taken += await log.AppendAsync(events, cancellationToken);
                return;
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<Emission>> MissingAsync(
        ReadOnlyMemory<Emission> batch, string? mark, int attempts, CancellationToken cancellationToken = default) => ValueTask.FromResult(batch);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}

using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;

namespace Eip.Simulator.Tests.Sinks;

/// <summary>Dies like a killed process: at a chosen batch, before, amid or after it reaches the sink behind, and before anybody can note that it did.</summary>
internal sealed class DyingSink(IReplaySink behind, int atBatch, double taken) : IReplaySink
{
    private int batches;

    public string Name => behind.Name;

    public AppendResult Taken => behind.Taken;

    public ValueTask<EventTime?> WatermarkAsync(CancellationToken cancellationToken = default) => behind.WatermarkAsync(cancellationToken);

    public ValueTask<bool> OpenAsync(string? mark, CancellationToken cancellationToken = default) => behind.OpenAsync(mark, cancellationToken);

    public string? Mark() => behind.Mark();

    public async ValueTask SendAsync(ReadOnlyMemory<Emission> batch, CancellationToken cancellationToken = default)
    {
        if (batches++ == atBatch)
        {
            await behind.SendAsync(batch[..(int)(batch.Length * taken)], cancellationToken);
            throw new ProcessDiedException();
        }

        await behind.SendAsync(batch, cancellationToken);
    }

    public ValueTask<ReadOnlyMemory<Emission>> MissingAsync(
        ReadOnlyMemory<Emission> batch, string? mark, int attempts, CancellationToken cancellationToken = default) =>
        behind.MissingAsync(batch, mark, attempts, cancellationToken);

    public ValueTask DisposeAsync() => behind.DisposeAsync();
}

internal sealed class ProcessDiedException() : Exception("The process died.");

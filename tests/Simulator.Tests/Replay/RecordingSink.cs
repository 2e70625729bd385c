using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;

namespace Eip.Simulator.Tests.Replay;

/// <summary>Keeps what it is sent, with the moment of real time.</summary>
internal sealed class RecordingSink(TimeProvider time) : IReplaySink
{
    public List<(Emission Emission, DateTimeOffset At)> Sent { get; } = [];

    public IEnumerable<FulfillmentEvent> Events => Sent.Where(sent => !sent.Emission.IsMalformed).Select(sent => sent.Emission.Event);

    /// <summary>Called with each batch before it is kept.</summary>
    public Func<ReadOnlyMemory<Emission>, ValueTask>? OnSend { get; set; }

    public EventTime? Watermark { get; set; }

    public string Name => "recording";

    public AppendResult Taken => new(Sent.Count, 0);

    public ValueTask<EventTime?> WatermarkAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(Watermark);

    public ValueTask<bool> OpenAsync(string? mark, CancellationToken cancellationToken = default) => ValueTask.FromResult(true);

    public string? Mark() => null;

    public async ValueTask SendAsync(ReadOnlyMemory<Emission> batch, CancellationToken cancellationToken = default)
    {
        if (OnSend is { } call)
            await call(batch);
        foreach (var emission in batch.Span)
            Sent.Add((emission, time.GetUtcNow()));
    }

    public ValueTask<ReadOnlyMemory<Emission>> MissingAsync(
        ReadOnlyMemory<Emission> batch, string? mark, int attempts, CancellationToken cancellationToken = default) => ValueTask.FromResult(batch);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

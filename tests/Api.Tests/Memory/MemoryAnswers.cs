using System.Collections.Concurrent;
using Eip.Pipeline.Ports;

namespace Eip.Api.Tests.Memory;

/// <summary>A cache that keeps answers for their time on a clock that tests can move.</summary>
internal sealed class MemoryAnswers(TimeProvider clock) : ICache
{
    private readonly ConcurrentDictionary<string, (byte[] Value, DateTimeOffset At)> kept = new(StringComparer.Ordinal);

    public async ValueTask<CacheAnswer> GetOrComputeAsync(
        string key, TimeSpan timeToLive, Func<CancellationToken, ValueTask<byte[]>> compute, CancellationToken cancellationToken = default)
    {
        var now = clock.GetUtcNow();
        if (kept.TryGetValue(key, out var known) && now - known.At < timeToLive)
            return new CacheAnswer(known.Value, CacheOutcome.Hit, now - known.At);
        byte[] value = await compute(cancellationToken);
        kept[key] = (value, now);
        return new CacheAnswer(value, CacheOutcome.Miss, TimeSpan.Zero);
    }
}

/// <summary>A replay that only keeps book of what it was told.</summary>
internal sealed class MemoryReplay(TimeProvider clock) : IReplayControl
{
    private ReplayStatus? status;

    public ValueTask<ReplayStatus?> GetAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(status);

    public ValueTask<IReadOnlyList<MissingRange>> MissingAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<IReadOnlyList<MissingRange>>([]);

    public ValueTask<ReplayStatus> StartAsync(ReplayRequest request, CancellationToken cancellationToken = default)
    {
        if (status is { State: ReplayState.Running or ReplayState.Paused })
            throw new ReplayRejectedException(null, "A replay runs already.");
        if (request is { Mode: ReplayMode.Window, From: null })
            throw new ReplayRejectedException("from", "A window needs from.");
        status = new ReplayStatus("r-1", request, ReplayState.Running, request.Speed, request.From, 0, null, 0, TimeSpan.Zero, clock.GetUtcNow(), null, null);
        return ValueTask.FromResult(status);
    }

    public ValueTask<ReplayStatus> ChangeAsync(ReplayChange change, CancellationToken cancellationToken = default)
    {
        if (status is not { State: ReplayState.Running or ReplayState.Paused })
            throw new ReplayRejectedException(null, "No replay runs.");
        status = status with
        {
            State = change.Paused is { } paused ? (paused ? ReplayState.Paused : ReplayState.Running) : status.State,
            Speed = change.Speed ?? status.Speed,
            VirtualTime = change.SeekTo ?? status.VirtualTime,
        };
        return ValueTask.FromResult(status);
    }

    public ValueTask<ReplayStatus?> StopAsync(CancellationToken cancellationToken = default)
    {
        if (status is not { State: ReplayState.Running or ReplayState.Paused })
            return ValueTask.FromResult<ReplayStatus?>(null);
        status = status with { State = ReplayState.Stopped, EndedAt = clock.GetUtcNow() };
        return ValueTask.FromResult<ReplayStatus?>(status);
    }
}

using Eip.Grains.Abstractions;
using Eip.Pipeline.Ports;

namespace Eip.Silo.Replay;

/// <summary>Steers the cluster's replay from any silo.</summary>
internal sealed class ClusterReplay(IGrainFactory grains) : IReplayControl
{
    private IReplayGrain Grain => grains.GetGrain<IReplayGrain>(0);

    /// <inheritdoc/>
    public async ValueTask<ReplayStatus?> GetAsync(CancellationToken cancellationToken = default) => Checked(await Grain.Get());

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<MissingRange>> MissingAsync(CancellationToken cancellationToken = default) =>
        (await Grain.Get()).Replay?.ToMissing() ?? [];

    /// <inheritdoc/>
    public async ValueTask<ReplayStatus> StartAsync(ReplayRequest request, CancellationToken cancellationToken = default) =>
        Checked(await Grain.Start(ReplayOrder.Of(request)))!;

    /// <inheritdoc/>
    public async ValueTask<ReplayStatus> ChangeAsync(ReplayChange change, CancellationToken cancellationToken = default) =>
        Checked(await Grain.Change(change.Paused, change.Speed, change.SeekTo?.UnixSeconds))!;

    /// <inheritdoc/>
    public async ValueTask<ReplayStatus?> StopAsync(CancellationToken cancellationToken = default) => Checked(await Grain.Stop());

    private static ReplayStatus? Checked(ReplayAnswer answer) =>
        answer.Rejection is { } reason ? throw new ReplayRejectedException(answer.Field, reason) : answer.Replay?.ToStatus();
}

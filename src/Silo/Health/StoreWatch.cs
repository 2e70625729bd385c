using Eip.Api.Health;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Eip.Silo.Health;

/// <summary>
/// Looks at each store from the silo's start on: the log tells once when one is away, with its place and reason, and once when it is back; readiness tells
/// the same. A store that is away is looked at again after growing pauses.
/// </summary>
internal sealed partial class StoreWatch(IEnumerable<StoreProbe> probes, TimeProvider time, ILogger<StoreWatch> logger) : BackgroundService, IDependencies
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4), Pause = TimeSpan.FromSeconds(3), FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(10);
    private readonly Watched[] watched = [.. probes.Select(static probe => new Watched(probe))];

    /// <inheritdoc/>
    public IReadOnlyList<DependencyState> States() =>
        [.. watched.Select(static store => new DependencyState(store.Probe.Name, store.Probe.Serves, store.Trouble))];

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(watched.Select(store => WatchAsync(store, stoppingToken)));

    private async Task WatchAsync(Watched store, CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            string? trouble = await LookAsync(store.Probe, stoppingToken);
            if (stoppingToken.IsCancellationRequested)
                return;
            Tell(store, trouble);
            store.Trouble = trouble is null ? null : $"{store.Probe.Name} at {store.Probe.Place}: {trouble}";
            await Task.Delay(trouble is null ? Pause : pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = trouble is null ? FirstPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<string?> LookAsync(StoreProbe probe, CancellationToken stoppingToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
        try
        {
            // Some clients do not hear of it when they are told to stop.
            return await Task.Run(() => probe.LookAsync(either.Token), either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            return $"no answer within {Limit.TotalSeconds:0} s.";
        }
        catch (Exception exception)
        {
            return exception.GetBaseException().Message.ReplaceLineEndings(" ");
        }
    }

    private void Tell(Watched store, string? trouble)
    {
        if (trouble is not null && store.Told != trouble)
            LogAway(store.Probe.Name, store.Probe.Place, trouble, store.Probe.Lacks);
        else if (trouble is null && store.Told is not null)
            LogBack(store.Probe.Name, store.Probe.Place);
        store.Told = trouble;
    }

    [LoggerMessage(EventId = 4301, Level = LogLevel.Error, Message = "{Name} at {Place} cannot be used: {Reason} Until it can: {Lacks}")]
    private partial void LogAway(string name, string place, string reason, string lacks);

    [LoggerMessage(EventId = 4303, Level = LogLevel.Information, Message = "{Name} at {Place} can be used again")]
    private partial void LogBack(string name, string place);

    private sealed class Watched(StoreProbe probe)
    {
        private volatile string? trouble;

        public StoreProbe Probe { get; } = probe;

        public string? Trouble { get => trouble; set => trouble = value; }

        public string? Told { get; set; }
    }
}

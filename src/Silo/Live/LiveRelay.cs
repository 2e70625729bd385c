using System.Diagnostics.Metrics;
using Eip.Domain;
using Eip.Grains.Abstractions;
using Eip.Grains.Lanes;
using Eip.Pipeline.Ports;
using Microsoft.Extensions.Hosting;

namespace Eip.Silo.Live;

/// <summary>
/// Gives what this silo folds to its own clients at once, and to every other silo a few times a second: each order as it is then, in one message a silo.
/// There is no place that all changes pass through. Live changes are a courtesy: more than a client could read are left out, and counted.
/// </summary>
internal sealed class LiveRelay(
    LiveProjection here, LiveServices others, StreamClock clock, ISiloStatusOracle silos, ILocalSiloDetails silo, IMeterFactory meters, TimeProvider time)
    : BackgroundService, ICaseProjection
{
    private const int MostWaiting = 2_000;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(1);
    private readonly Counter<long> leftOut = meters.Create("Eip.Silo").CreateCounter<long>("eip.live.left_out", "{change}", "Live changes that were not sent to other silos.");
    private readonly Lock gate = new();
    private Dictionary<OrderId, CaseSnapshot> waiting = [];

    /// <inheritdoc/>
    public Task StoreAsync(IReadOnlyList<CaseSnapshot> cases, CancellationToken cancellationToken = default)
    {
        here.Publish(cases, clock.Watermark);
        lock (gate)
        {
            foreach (var item in cases)
            {
                if (waiting.Count < MostWaiting || waiting.ContainsKey(item.Card.OrderId))
                    waiting[item.Card.OrderId] = item;
                else
                    leftOut.Add(1);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        long ticked = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Send();
            if (time.GetElapsedTime(ticked) < TickPeriod)
                continue;
            ticked = time.GetTimestamp();
            here.Tick();
        }
    }

    private void Send()
    {
        Dictionary<OrderId, CaseSnapshot> sending;
        lock (gate)
        {
            if (waiting.Count == 0)
                return;
            (sending, waiting) = (waiting, []);
        }

        SiloAddress[] targets = [.. silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Where(address => !address.Equals(silo.SiloAddress))];
        if (targets.Length == 0)
            return;
        var batch = LiveBatch.Of(sending.Values, clock.Watermark);
        foreach (var target in targets)
            others.On(target).Publish(batch).Ignore();
    }
}

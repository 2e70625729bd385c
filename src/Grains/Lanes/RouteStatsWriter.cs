using System.Threading.Channels;
using Eip.Pipeline.Ports;
using Microsoft.Extensions.Hosting;

namespace Eip.Grains.Lanes;

/// <summary>Gathers what the lanes of this silo have to write and writes it together: hundreds of lanes close the same day in the same moment.</summary>
internal sealed class RouteStatsWriter(IRouteStatsStore store, GrainsInstruments instruments, TimeProvider time) : BackgroundService
{
    // What a write costs the database hardly depends on how many lanes share it, and the lanes' timers are spread over seconds.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private readonly Channel<Request> requests = Channel.CreateUnbounded<Request>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Writes rows; completes when they are stored.</summary>
    public Task WriteAsync(IReadOnlyCollection<Eip.Domain.RouteStats> changed, IReadOnlyCollection<RouteStatsKey> removed)
    {
        var request = new Request(changed, removed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!requests.Writer.TryWrite(request))
            request.Done.SetException(new OperationCanceledException("The silo stops."));
        return request.Done.Task;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var gathered = new List<Request>();
        try
        {
            while (await requests.Reader.WaitToReadAsync(stoppingToken))
            {
                while (requests.Reader.TryRead(out var request))
                    gathered.Add(request);
                await WriteAsync(gathered);
                gathered.Clear();
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What comes from now on fails at once, and its lane writes it where it lives next.
        }

        requests.Writer.TryComplete();
        while (requests.Reader.TryRead(out var request))
            request.Done.SetException(new OperationCanceledException("The silo stops."));
    }

    private async Task WriteAsync(List<Request> gathered)
    {
        try
        {
            // A lane has one request at a time, so no key comes twice.
            var changed = gathered.SelectMany(static request => request.Changed).ToList();
            await store.ApplyAsync(changed, gathered.SelectMany(static request => request.Removed).ToList());
            instruments.RowsWritten(changed.Count);
            foreach (var request in gathered)
                request.Done.SetResult();
        }
#pragma warning disable CA1031 // It goes to every lane that waits; each tries again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            foreach (var request in gathered)
                request.Done.SetException(exception);
        }
    }

    private sealed record Request(
        IReadOnlyCollection<Eip.Domain.RouteStats> Changed, IReadOnlyCollection<RouteStatsKey> Removed, TaskCompletionSource Done);
}

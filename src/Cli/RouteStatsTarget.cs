using Eip.Pipeline.Ports;

namespace Eip.Cli;

/// <summary>The PostgreSQL that route statistics are also written to, if one was named.</summary>
internal sealed class RouteStatsTarget(IRouteStatsStore store) : IAsyncDisposable
{
    public IRouteStatsStore Store { get; } = store;

    public static Task<RouteStatsTarget?> OpenAsync(string? connection, CancellationToken cancellationToken) => Task.FromResult<RouteStatsTarget?>(null);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

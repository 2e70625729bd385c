namespace Eip.Grains.Ingest;

/// <summary>
/// Called between the steps of a batch, at the two points where a silo that dies leaves most undone. The product does nothing there; a test that
/// proves what a death costs throws or waits.
/// </summary>
public interface IIngestSteps
{
    /// <summary>The orders' grains have changed; nothing is stored.</summary>
    Task ChangedAsync(string partition, CancellationToken cancellationToken);

    /// <summary>Every effect is stored; the offset has not moved.</summary>
    Task StoredAsync(string partition, CancellationToken cancellationToken);
}

internal sealed class NoIngestSteps : IIngestSteps
{
    public Task ChangedAsync(string partition, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoredAsync(string partition, CancellationToken cancellationToken) => Task.CompletedTask;
}

using Eip.Grains.State;
using Eip.Pipeline.Ports;
using Eip.Streams.Kafka.Continuity;
using Npgsql;

namespace Eip.Silo.State;

/// <summary>Where PostgreSQL stands in each partition: written with the effects, it leads.</summary>
internal sealed class StoredPositions(ICaseStates states) : IStoredPositions
{
    /// <inheritdoc/>
    public ValueTask<StoredPosition?> FindAsync(string partition, CancellationToken cancellationToken = default) => GuardAsync(async () =>
    {
        var progress = (await states.ProgressAsync(cancellationToken)).FirstOrDefault(progress => progress.Partition == partition);
        return progress is null ? null : new StoredPosition(progress.NextOffset, progress.TopicId);
    });

    /// <inheritdoc/>
    public async ValueTask WentBackAsync(CancellationToken cancellationToken = default) => await GuardAsync(async () =>
    {
        await states.BeginLifeAsync(await states.LifeAsync(cancellationToken), cancellationToken);
        return true;
    });

    private static async ValueTask<T> GuardAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (NpgsqlException exception)
        {
            throw new StoreUnavailableException($"PostgreSQL does not tell where it stands: {exception.Message}", exception);
        }
    }
}

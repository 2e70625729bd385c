using System.Runtime.CompilerServices;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Npgsql;
using Polly;

namespace Eip.Storage.Postgres;

/// <summary>
/// <c>route_stats_daily</c> in PostgreSQL. Rows come by binary COPY into a staging table and go on in one upsert; each call is one transaction, so that
/// a run killed midway leaves the table as it was. Of two writers at once, one waits. What fails for a passing reason is tried again a few times.
/// </summary>
/// <param name="database">The database, migrated by <see cref="MigrationSet.RouteStats"/>.</param>
/// <param name="time">The clock of <c>updated_at</c> and of the pauses between attempts.</param>
public sealed class PostgresRouteStatsStore(NpgsqlDataSource database, TimeProvider? time = null) : IRouteStatsStore, IAsyncDisposable
{
    /// <summary>The lock under which the table is written: "eipr" in ASCII. It leaves readers and vacuum alone, as a table lock would not.</summary>
    private const long LockKey = 0x65697072;

    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly ResiliencePipeline retry = TransientRetry.Create(time ?? TimeProvider.System);

    /// <summary>Opens a database by its connection string and migrates it. The store owns its connections.</summary>
    /// <exception cref="PostgresStorageException">The connection string cannot be read, or the database cannot be reached or migrated.</exception>
    public static async Task<PostgresRouteStatsStore> OpenAsync(
        string connectionString, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        var database = PostgresDatabase.Open(connectionString);
        try
        {
            await new Migrator(database, MigrationSet.RouteStats, time).MigrateAsync(cancellationToken);
            return new PostgresRouteStatsStore(database, time);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="PostgresStorageException">The database cannot be reached or refuses; the table is as it was.</exception>
    public Task ApplyAsync(
        IReadOnlyCollection<RouteStats> changed, IReadOnlyCollection<RouteStatsKey> removed, CancellationToken cancellationToken = default)
    {
        if (changed.Count == 0 && removed.Count == 0)
            return Task.CompletedTask;
        return TransactAsync(
            async (connection, token) =>
            {
                await StageAsync(connection, changed, token);
                await ExecuteAsync(connection, Statements.StageRemoved, token);
                await RouteStatsCopy.WriteAsync(connection, removed, token);
                await ExecuteAsync(connection, Statements.Upsert, token);
                await ExecuteAsync(connection, Statements.DeleteRemoved, token);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="PostgresStorageException">The database cannot be reached or refuses; the table is as it was.</exception>
    public Task ReplaceAllAsync(IReadOnlyCollection<RouteStats> rows, CancellationToken cancellationToken = default) => TransactAsync(
        async (connection, token) =>
        {
            await StageAsync(connection, rows, token);
            await ExecuteAsync(connection, Statements.DeleteAbsent, token);
            await ExecuteAsync(connection, Statements.Upsert, token);
        },
        cancellationToken);

    /// <summary>All rows in key order, as of the start of the call.</summary>
    /// <exception cref="PostgresStorageException">The database cannot be reached or refuses.</exception>
    public async IAsyncEnumerable<RouteStats> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand(Statements.ReadAll);
        await using var reader = await GuardAsync(() => command.ExecuteReaderAsync(cancellationToken), "Reading route_stats_daily");
        while (await GuardAsync(() => reader.ReadAsync(cancellationToken), "Reading route_stats_daily"))
            yield return RouteStatsCopy.Read(reader);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => database.DisposeAsync();

    private async Task TransactAsync(Func<NpgsqlConnection, CancellationToken, Task> write, CancellationToken cancellationToken) => await GuardAsync(
        async () =>
        {
            await retry.ExecuteAsync(
                async token =>
                {
                    await using var connection = await database.OpenConnectionAsync(token);
                    await using var transaction = await connection.BeginTransactionAsync(token);
                    await ExecuteAsync(connection, $"select pg_advisory_xact_lock({LockKey})", token);
                    await write(connection, token);
                    await transaction.CommitAsync(token);
                },
                cancellationToken);
            return true;
        },
        "Writing route_stats_daily");

    private async Task StageAsync(NpgsqlConnection connection, IReadOnlyCollection<RouteStats> rows, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, Statements.Stage, cancellationToken);
        await RouteStatsCopy.WriteAsync(connection, rows, time.GetUtcNow(), cancellationToken);
        // Nothing else tells the planner how much there is; of the columns it needs the key alone.
        await ExecuteAsync(connection, "analyze staged_route_stats (stat_date, seller_region, customer_region)", cancellationToken);
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> act, string doing)
    {
        try
        {
            return await act();
        }
        catch (NpgsqlException exception)
        {
            throw PostgresStorageException.Of(exception, database, doing);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

using Npgsql;

namespace Eip.Storage.Postgres;

/// <summary>
/// Brings a schema up to date: the steps that are missing, all in one transaction, recorded with their checksums in <c>eip_schema_migrations</c>. Of two
/// that migrate at once, one waits and finds nothing left to do. Tables go where unqualified names do, so that operators find them by their names.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="set">The schema's steps.</param>
/// <param name="time">The clock that waits between attempts.</param>
public sealed class Migrator(NpgsqlDataSource database, MigrationSet set, TimeProvider? time = null)
{
    /// <summary>The lock under which a database is migrated: "eipm" in ASCII.</summary>
    private const long LockKey = 0x6569706D;

    /// <summary>Applies the steps that are missing, and returns them.</summary>
    /// <exception cref="PostgresStorageException">
    /// The database cannot be reached or refuses; a step was changed after it was applied; or the database is ahead of this version. Nothing is changed then.
    /// </exception>
    public async Task<IReadOnlyList<Migration>> MigrateAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await TransientRetry.Create(time ?? TimeProvider.System).ExecuteAsync(async token => await MigrateOnceAsync(token), cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            throw PostgresStorageException.Of(exception, database, $"Migrating the schema '{set.Name}'");
        }
    }

    private async Task<IReadOnlyList<Migration>> MigrateOnceAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"select pg_advisory_xact_lock({LockKey})", cancellationToken);
        await ExecuteAsync(
            connection,
            """
            create table if not exists eip_schema_migrations (
                set_name   text        not null,
                version    integer     not null,
                name       text        not null,
                checksum   text        not null,
                applied_at timestamptz not null default clock_timestamp(),
                primary key (set_name, version))
            """,
            cancellationToken);
        var applied = await AppliedAsync(connection, cancellationToken);
        Check(applied);
        var missing = set.Migrations.Where(migration => !applied.ContainsKey(migration.Version)).ToList();
        foreach (var migration in missing)
            await ApplyAsync(connection, migration, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return missing;
    }

    private void Check(Dictionary<int, (string Name, string Checksum)> applied)
    {
        foreach (var (version, (name, checksum)) in applied)
        {
            var migration = set.Migrations.FirstOrDefault(candidate => candidate.Version == version)
                ?? throw Refusal($"has had the migration '{name}', which this version of EIP does not know; a newer version has migrated it");
            if (migration.Checksum != checksum)
                throw Refusal($"has had the migration '{migration.Name}' in another form than this version of EIP brings; a released migration never changes");
        }
    }

    private async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(connection, migration.Sql, cancellationToken);
        }
        catch (PostgresException exception)
        {
            throw PostgresStorageException.Of(exception, database, $"The migration '{migration.Name}'");
        }

        await using var record = new NpgsqlCommand("insert into eip_schema_migrations (set_name, version, name, checksum) values ($1, $2, $3, $4)", connection);
        record.Parameters.Add(new() { Value = set.Name });
        record.Parameters.Add(new() { Value = migration.Version });
        record.Parameters.Add(new() { Value = migration.Name });
        record.Parameters.Add(new() { Value = migration.Checksum });
        await record.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<Dictionary<int, (string Name, string Checksum)>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = new Dictionary<int, (string, string)>();
        await using var command = new NpgsqlCommand("select version, name, checksum from eip_schema_migrations where set_name = $1", connection);
        command.Parameters.Add(new() { Value = set.Name });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            applied.Add(reader.GetInt32(0), (reader.GetString(1), reader.GetString(2)));
        return applied;
    }

    private PostgresStorageException Refusal(string reason) => new($"{PostgresStorageException.PlaceOf(database)} {reason}.");

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

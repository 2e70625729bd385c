using Eip.Storage.Postgres;
using Npgsql;

namespace Eip.Silo.Ownership;

/// <summary>The database belongs to the first cluster that uses it; another is refused before it writes anything.</summary>
internal static class DatabaseOwner
{
    private const string ClaimStatement =
        """
        with claimed as (insert into eip_owner (cluster, log) values ($1, $2) on conflict do nothing returning cluster, log)
        select cluster, log from claimed union all select cluster, log from eip_owner limit 1
        """;

    /// <summary>Claims a migrated database, or finds that it is this cluster's already.</summary>
    /// <exception cref="PostgresStorageException">It belongs to another cluster; the message names both and says what to set.</exception>
    public static async Task ClaimAsync(NpgsqlDataSource database, ClusterIdentity identity, CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand(ClaimStatement);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = identity.Cluster });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = identity.Log });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        // Whoever claimed it at the same moment is seen by the next statement only.
        var owner = await reader.ReadAsync(cancellationToken) ? new ClusterIdentity(reader.GetString(0), reader.GetString(1)) : null;
        if (owner is null)
        {
            await reader.DisposeAsync();
            await ClaimAsync(database, identity, cancellationToken);
            return;
        }

        if (owner != identity)
        {
            throw new PostgresStorageException(
                $"The database of EIP_POSTGRES belongs to {owner}, and this silo is of {identity}; their cases would be mixed. Name a database of its own in EIP_POSTGRES, "
                + $"or join that cluster: Eip:Silo:Cluster={owner.Cluster} and the same Eip:Kafka:Topic, Layout and Prefix.");
        }
    }
}

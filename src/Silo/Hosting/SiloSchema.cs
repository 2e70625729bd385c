using Eip.Silo.Ownership;
using Eip.Storage.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Eip.Silo.Hosting;

/// <summary>Brings the database of a silo up to date before it joins: route statistics, cases, and the tables of Orleans.</summary>
public static class SiloSchema
{
    /// <summary>The schema of cases and of Orleans' tables.</summary>
    public static MigrationSet Cluster { get; } = MigrationSet.FromResources("cluster", typeof(SiloSchema).Assembly);

    /// <summary>Migrates the database that the services use, and claims it for their cluster; does nothing where they use none.</summary>
    /// <exception cref="PostgresStorageException">The database cannot be reached or migrated, or belongs to another cluster.</exception>
    public static async Task PrepareAsync(IServiceProvider services, CancellationToken cancellationToken = default)
    {
        if (services.GetService<NpgsqlDataSource>() is not { } database)
            return;
        await MigrateAsync(database, cancellationToken);
        await DatabaseOwner.ClaimAsync(database, ClusterIdentity.Of(services.GetRequiredService<SiloSettings>()), cancellationToken);
    }

    /// <summary>Migrates a database.</summary>
    /// <exception cref="PostgresStorageException">It cannot be reached or migrated.</exception>
    public static async Task MigrateAsync(NpgsqlDataSource database, CancellationToken cancellationToken = default)
    {
        await new Migrator(database, MigrationSet.RouteStats).MigrateAsync(cancellationToken);
        await new Migrator(database, Cluster).MigrateAsync(cancellationToken);
    }
}

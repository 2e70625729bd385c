using Eip.Silo.Hosting;
using Npgsql;

namespace Eip.Grains.Tests.Support;

/// <summary>The servers that the environment gives. A test that needs one that is not there is skipped and says which variable would run it.</summary>
internal static class Servers
{
    public static string? Kafka => Environment.GetEnvironmentVariable("EIP_KAFKA") is { Length: > 0 } set ? set : null;

    public static string? Postgres => Environment.GetEnvironmentVariable("EIP_POSTGRES") is { Length: > 0 } set ? set : null;

    public static string NeedPostgres()
    {
        Assert.SkipWhen(Postgres is null, "EIP_POSTGRES names no server.");
        return Postgres!;
    }

    public static string NeedKafka()
    {
        Assert.SkipWhen(Kafka is null, "EIP_KAFKA names no broker.");
        return Kafka!;
    }
}

/// <summary>A database of its own for one test, dropped at its end.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly string server;

    private TestDatabase(string server, string name)
    {
        this.server = server;
        ConnectionString = new NpgsqlConnectionStringBuilder(server)
        {
            Database = name,
            MaxPoolSize = 10,
            ConnectionIdleLifetime = 5,
            ConnectionPruningInterval = 2,
        }.ConnectionString;
        Name = name;
        Source = NpgsqlDataSource.Create(ConnectionString);
    }

    public string Name { get; }

    public string ConnectionString { get; }

    public NpgsqlDataSource Source { get; }

    public static async Task<TestDatabase> CreateAsync()
    {
        string given = Servers.NeedPostgres();
        string name = $"grains_{Guid.NewGuid():n}"[..20];
        await RunAsync(given, $"create database {name}");
        var database = new TestDatabase(given, name);
        await SiloSchema.MigrateAsync(database.Source);
        return database;
    }

    /// <summary>What clients see of a restart: every connection ends, none is taken for a while, then all is as before.</summary>
    public async Task InterruptAsync(TimeSpan length)
    {
        await RunAsync(server, $"alter database {Name} allow_connections false");
        await RunAsync(server, $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{Name}'");
        await Task.Delay(length);
        await RunAsync(server, $"alter database {Name} allow_connections true");
        Source.Clear();
    }

    /// <summary>Loses it, and makes it again without a table.</summary>
    public async Task RecreateAsync()
    {
        await RunAsync(server, $"drop database if exists {Name} with (force)");
        await RunAsync(server, $"create database {Name}");
        NpgsqlConnection.ClearAllPools();
        Source.Clear();
    }

    public Task MigrateAsync() => SiloSchema.MigrateAsync(Source);

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await RunAsync(server, $"drop database if exists {Name} with (force)");
    }

    private static async Task RunAsync(string server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

using Npgsql;

namespace Eip.Storage.Postgres.Tests;

/// <summary>A database of its own on the server that EIP_POSTGRES names; the test is skipped without one.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private const string Variable = "EIP_POSTGRES";
    private readonly NpgsqlDataSource server;
    private readonly string name;

    private TestDatabase(NpgsqlDataSource server, string name, string connectionString)
    {
        (this.server, this.name, ConnectionString) = (server, name, connectionString);
        Source = PostgresDatabase.Open(connectionString);
    }

    public string ConnectionString { get; }

    public NpgsqlDataSource Source { get; }

    public static async Task<TestDatabase> CreateAsync()
    {
        string? connection = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(connection), $"{Variable} names no PostgreSQL to test with.");
        var source = NpgsqlDataSource.Create(connection!);
        string database = "eip_test_" + Guid.NewGuid().ToString("n");
        await ExecuteAsync(source, $"create database {database}");
        return new TestDatabase(source, database, new NpgsqlConnectionStringBuilder(connection) { Database = database, MaxPoolSize = 10 }.ConnectionString);
    }

    public Task ExecuteAsync(string sql) => ExecuteAsync(Source, sql);

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Waits until a query gives a number above zero.</summary>
    public async Task WaitForAsync(string sql)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await ScalarAsync<long>(sql) == 0)
            await Task.Delay(20, deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await ExecuteAsync(server, $"drop database {name} with (force)");
        await server.DisposeAsync();
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

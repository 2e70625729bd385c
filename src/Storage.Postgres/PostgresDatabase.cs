using Npgsql;

namespace Eip.Storage.Postgres;

/// <summary>Opens a database by a connection string from a command line or a setting.</summary>
public static class PostgresDatabase
{
    /// <summary>A source of connections; nothing connects yet.</summary>
    /// <param name="connectionString">Such as <c>Host=localhost;Database=eip;Username=eip</c>.</param>
    /// <exception cref="PostgresStorageException">The connection string cannot be read.</exception>
    public static NpgsqlDataSource Open(string connectionString)
    {
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(connectionString);
            parts.ApplicationName ??= "eip";
            return NpgsqlDataSource.Create(parts);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException)
        {
            throw new PostgresStorageException(
                $"The PostgreSQL connection string cannot be read: {exception.Message} One looks like 'Host=localhost;Database=eip;Username=eip;Password=…'.", exception);
        }
    }
}

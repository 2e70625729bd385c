using Npgsql;

namespace Eip.Storage.Postgres;

/// <summary>PostgreSQL cannot be used as asked: the connection, a migration or a right is at fault. The message names server and database, never a password.</summary>
/// <param name="message">What is wrong, in a sentence for people.</param>
/// <param name="inner">What the client or the server said.</param>
public sealed class PostgresStorageException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What went wrong while something was done.</summary>
    internal static PostgresStorageException Of(NpgsqlException exception, NpgsqlDataSource database, string doing)
    {
        // The outer message of a failed connection names the address alone; the cause is inside.
        string cause = exception is PostgresException said ? $"{said.MessageText} ({said.SqlState})" : exception.InnerException?.Message ?? exception.Message;
        return new PostgresStorageException($"{doing} in {PlaceOf(database)} failed: {cause.TrimEnd('.')}.", exception);
    }

    internal static string PlaceOf(NpgsqlDataSource database)
    {
        var parts = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        return $"PostgreSQL at {parts.Host}:{parts.Port}, database '{parts.Database ?? parts.Username}',";
    }
}

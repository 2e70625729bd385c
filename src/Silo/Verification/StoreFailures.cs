using System.Globalization;
using Confluent.Kafka;
using Eip.Pipeline.Ports;
using Eip.Storage.Elasticsearch;
using Eip.Storage.Postgres;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Eip.Silo.Verification;

/// <summary>What a command over the cluster's stores tells when one of them fails, and how long it waits for one.</summary>
internal static class StoreFailures
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(10);

    /// <summary>The failure in a sentence that names the store; null when it is none of a store or a setting.</summary>
    public static string? Tell(Exception exception) => exception switch
    {
        NpgsqlException => $"PostgreSQL: {(exception.InnerException ?? exception).Message}",
        KafkaException => $"Kafka: {exception.Message}",
        InvalidOperationException or StoreUnavailableException or ElasticsearchRefusedException or PostgresStorageException => exception.Message,
        _ => null,
    };

    /// <summary>How long a store may be silent: <c>--patience SECONDS</c>.</summary>
    /// <exception cref="InvalidOperationException">It is no number of seconds.</exception>
    public static TimeSpan Patience(IConfiguration configuration, int usual)
    {
        if (configuration["patience"] is not { } text)
            return TimeSpan.FromSeconds(usual);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : throw new InvalidOperationException($"--patience is '{text}'; a number of seconds above 0 is needed.");
    }

    /// <summary>How long a store is waited for that may live: a patience of a second is for a cluster to settle, and a busy server may need longer to answer.</summary>
    public static TimeSpan Bound(TimeSpan patience) => patience > Least ? patience : Least;

    /// <summary>Asks a store that would be waited for without end.</summary>
    /// <exception cref="StoreUnavailableException">It gave no answer in time.</exception>
    public static async Task AskAsync(string store, TimeSpan patience, Func<CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        using var silence = new Silence(store, patience, cancellationToken);
        await silence.GuardAsync(ask(silence.Token));
    }
}

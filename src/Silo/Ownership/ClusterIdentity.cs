using System.Security.Cryptography;
using System.Text;
using Eip.Silo.Hosting;
using Eip.Streams.Kafka.Options;
using Npgsql;

namespace Eip.Silo.Ownership;

/// <summary>What tells one cluster from another that uses the same servers: its name, and the log that its facts come from.</summary>
/// <param name="Cluster">Its name (<c>Eip:Silo:Cluster</c>).</param>
/// <param name="Log">The topics of its events, or <c>files</c>.</param>
internal sealed record ClusterIdentity(string Cluster, string Log)
{
    /// <summary>The identity by the settings.</summary>
    public static ClusterIdentity Of(SiloSettings settings)
    {
        if (settings.Kafka is null)
            return new ClusterIdentity(settings.Cluster, "files");
        var options = new KafkaLogOptions();
        settings.Configure(options);
        return new ClusterIdentity(settings.Cluster, string.Join(',', options.EventTopics.Order(StringComparer.Ordinal)));
    }

    /// <summary>
    /// A short text that differs between clusters which keep their state in different places: clusters of one name that share a cache must not answer from
    /// each other's.
    /// </summary>
    public static string PlaceOf(SiloSettings settings)
    {
        string place = settings.Home.Path;
        if (settings.Postgres is { } postgres)
        {
            var parts = new NpgsqlConnectionStringBuilder(postgres);
            place = $"{parts.Host}:{parts.Port}/{parts.Database ?? parts.Username}";
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Of(settings)}\n{place}")))[..12];
    }

    /// <inheritdoc/>
    public override string ToString() => $"the cluster '{Cluster}' (log: {Log})";
}

using Confluent.Kafka;
using Eip.Api.Health;
using Eip.Pipeline.Ports;
using Eip.Silo.Hosting;
using Eip.Storage.Elasticsearch;
using Eip.Storage.Redis;
using Eip.Streams.Kafka.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Eip.Silo.Health;

/// <summary>The stores that a silo uses, by its settings, each with how it is looked at.</summary>
internal static class StoreProbes
{
    private static readonly TimeSpan Brief = TimeSpan.FromSeconds(3);

    /// <summary>Adds the watch over them.</summary>
    public static void AddStoreWatch(this IServiceCollection services, SiloSettings settings)
    {
        if (settings.Kafka is { } brokers)
            services.AddSingleton(provider => Kafka(brokers, provider.GetRequiredService<IOptions<KafkaLogOptions>>().Value));
        if (settings.Postgres is not null)
            services.AddSingleton(static provider => Postgres(provider.GetRequiredService<NpgsqlDataSource>()));
        if (settings.Elasticsearch is { } search)
            services.AddSingleton(provider => Elasticsearch(search, provider.GetRequiredService<ElasticsearchStore>()));
        if (settings.Redis is { } redis)
            services.AddSingleton(provider => Redis(redis, (RedisCache)provider.GetRequiredService<ICache>()));
        services.AddSingleton<StoreWatch>();
        services.AddSingleton<IDependencies>(static provider => provider.GetRequiredService<StoreWatch>());
        services.AddHostedService(static provider => provider.GetRequiredService<StoreWatch>());
    }

    /// <summary>Where a database is, without credentials.</summary>
    public static string PlaceOf(NpgsqlDataSource database)
    {
        var parts = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        return $"{parts.Host}:{parts.Port}, database '{parts.Database ?? parts.Username}'";
    }

    private static StoreProbe Kafka(string brokers, KafkaLogOptions options)
    {
        // The client tells its error handler why; what it throws says only that there was no answer.
        string? why = null;
        var admin = new Lazy<IAdminClient>(() => new AdminClientBuilder(options.Client(new AdminClientConfig()))
            .SetLogHandler(static (_, _) => { })
            .SetErrorHandler((_, error) => why = error.Code == Confluent.Kafka.ErrorCode.Local_AllBrokersDown ? why : error.Reason)
            .Build());
        return new StoreProbe("Kafka", brokers, [ServedKinds.Ingest], "nothing is ingested or folded.", _ =>
        {
            try
            {
                admin.Value.GetMetadata(options.EventTopics[0], Brief);
                why = null;
                return Task.FromResult<string?>(null);
            }
            catch (KafkaException exception)
            {
                return Task.FromResult<string?>($"{why ?? exception.Error.Reason}.");
            }
        });
    }

    private static StoreProbe Postgres(NpgsqlDataSource database)
    {
        string[] serves = [ServedKinds.Reads, ServedKinds.Search];
        return new StoreProbe("PostgreSQL", PlaceOf(database), serves, "nothing is folded or read; events are ingested.", async cancellationToken =>
        {
            await using var command = database.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return null;
        });
    }

    private static StoreProbe Elasticsearch(ElasticsearchOptions options, ElasticsearchStore store) => new(
        "Elasticsearch", string.Join(',', options.Nodes), [ServedKinds.Search], "nothing is folded or searched; cards, lanes and ingest go on.",
        async cancellationToken => await store.LookAsync(cancellationToken));

    private static StoreProbe Redis(RedisCacheOptions options, RedisCache cache) => new(
        "Redis", options.Configuration.Split(",password", StringSplitOptions.None)[0], [], "answers are computed for each request.",
        async cancellationToken => await cache.LookAsync(cancellationToken));
}

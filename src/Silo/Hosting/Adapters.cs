using Eip.Api.Health;
using Eip.Grains.Reading;
using Eip.Grains.State;
using Eip.Pipeline.Caching;
using Eip.Pipeline.DeadLetters;
using Eip.Pipeline.Ports;
using Eip.Silo.Embedded;
using Eip.Silo.Http;
using Eip.Silo.Kafka;
using Eip.Silo.Ownership;
using Eip.Silo.Search;
using Eip.Silo.State;
using Eip.Storage.Elasticsearch;
using Eip.Storage.Postgres;
using Eip.Storage.Redis;
using Eip.Streams.Kafka.Continuity;
using Eip.Streams.Kafka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Eip.Silo.Hosting;

/// <summary>Chooses an adapter for each port, by what the settings name.</summary>
internal static class Adapters
{
    /// <summary>Cases and route statistics: PostgreSQL, or memory and a file.</summary>
    public static void AddStateAdapters(this IServiceCollection services, SiloSettings settings)
    {
        if (settings.Postgres is { } postgres)
        {
            services.AddSingleton(_ => PostgresDatabase.Open(postgres));
            services.AddSingleton<ICaseStates, PostgresCaseStates>();
            services.AddSingleton<IStoredPositions, StoredPositions>();
            services.AddSingleton<PostgresRouteStatsStore>();
            services.AddSingleton<IRouteStatsStore>(static provider => provider.GetRequiredService<PostgresRouteStatsStore>());
            return;
        }

        services.AddSingleton<ICaseStates, MemoryCaseStates>();
        services.AddSingleton(provider => new FileRouteStats(settings.Home, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IRouteStatsStore>(static provider => provider.GetRequiredService<FileRouteStats>());
    }

    /// <summary>The log, its ends and the dead letters: Kafka, or files under the home.</summary>
    public static void AddLogAdapters(this IServiceCollection services, SiloSettings settings)
    {
        if (settings.Kafka is not null)
        {
            services.AddKafkaEventLog(settings.Configure);
            services.AddSingleton<ILogEnds, KafkaLogEnds>();
            if (settings.Postgres is not null)
            {
                services.AddSingleton<KafkaLogWatch>();
                services.AddSingleton<IReadinessCondition>(static provider => provider.GetRequiredService<KafkaLogWatch>());
                services.AddHostedService(static provider => provider.GetRequiredService<KafkaLogWatch>());
            }

            return;
        }

        services.AddSingleton(_ => new EmbeddedLog(settings.Home, settings.Partitions));
        services.AddSingleton<IEventSink>(static provider => provider.GetRequiredService<EmbeddedLog>());
        services.AddSingleton<ILogEnds>(static provider => provider.GetRequiredService<EmbeddedLog>());
        services.AddSingleton<IDeadLetters>(provider => new FileDeadLetters(
            settings.Home.DeadLetters, provider.GetRequiredService<IEventSink>(), provider.GetServices<IDeadLetterTaker>));
    }

    /// <summary>What gives a log in files to the grains: after the silo, so that it starts when they can be called and stops while they still can.</summary>
    public static void AddLogPump(this IServiceCollection services, SiloSettings settings)
    {
        if (settings.Kafka is null)
            services.AddHostedService<EmbeddedPump>();
    }

    /// <summary>Search: Elasticsearch, or the memory of a silo that is alone. A silo among several without a search store says so when it is asked.</summary>
    public static void AddSearchAdapters(this IServiceCollection services, SiloSettings settings)
    {
        if (settings.Elasticsearch is { } options)
        {
            services.AddSingleton(provider => new ElasticsearchStore(
                options, provider.GetRequiredService<IDeadLetters>(), provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton<ICaseSearch>(static provider => provider.GetRequiredService<ElasticsearchStore>().Search);
            services.AddSingleton<IDeadLetterTaker>(static provider => provider.GetRequiredService<ElasticsearchStore>().RefusedDocuments);
            services.AddSingleton<ICaseProjection, SearchProjection>();
            services.AddSingleton<LogIdentity>();
            services.AddHostedService<SearchIndexKeeper>();
            return;
        }

        if (settings.Postgres is not null)
        {
            services.AddSingleton<ICaseSearch, SearchUnavailable>();
            return;
        }

        services.AddSingleton<SiloSearch>();
        services.AddSingleton<ICaseSearch>(static provider => provider.GetRequiredService<SiloSearch>());
        services.AddSingleton<ICaseProjection>(static provider => provider.GetRequiredService<SiloSearch>());
    }

    /// <summary>Cached answers: Redis for all silos, or each silo's memory.</summary>
    public static void AddCacheAdapter(this IServiceCollection services, SiloSettings settings)
    {
        if (settings.Redis is { } options)
        {
            services.AddSingleton<ICache>(provider => new RedisCache(
                options, provider.GetRequiredService<ILogger<RedisCache>>(), provider.GetRequiredService<TimeProvider>()));
            return;
        }

        services.AddSingleton<ICache, MemoryCache>();
    }
}

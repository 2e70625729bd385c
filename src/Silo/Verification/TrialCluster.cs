using System.Net;
using System.Net.Sockets;
using Eip.Domain;
using Eip.Pipeline;
using Eip.Pipeline.Ports;
using Eip.Silo.Hosting;
using Eip.Silo.State;
using Eip.Storage.Elasticsearch;
using Eip.Storage.Postgres;
using Eip.Streams.Kafka.Log;
using Eip.Streams.Kafka.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Eip.Silo.Verification;

/// <summary>Silos in this process with topics and a database of their own, on given servers; the database is dropped at the end.</summary>
internal sealed class TrialCluster : IAsyncDisposable
{
    private readonly string id = "trial" + Guid.NewGuid().ToString("n")[..10];
    private readonly List<WebApplication> silos = [];
    private readonly SiloSettings settings;
    private readonly string server;
    private readonly string? elasticsearch;
    private readonly NpgsqlDataSource database;

    private TrialCluster(string kafka, string postgres, string? elasticsearch, KafkaTopicLayout layout)
    {
        server = postgres;
        this.elasticsearch = elasticsearch;
        settings = new SiloSettings
        {
            Home = new Home("."),
            Kafka = kafka,
            Postgres = new NpgsqlConnectionStringBuilder(postgres) { Database = id }.ConnectionString,
            Cluster = id,
            Topic = id + "-events",
            TopicPrefix = id + "-",
            Group = id,
            Layout = layout,
            Partitions = 4,
        };
        settings.Configure(LogOptions);
        Log = new KafkaEventLog(LogOptions);
        database = PostgresDatabase.Open(settings.Postgres);
    }

    public KafkaLogOptions LogOptions { get; } = new();

    public KafkaEventLog Log { get; }

    public static async Task<TrialCluster> StartAsync(
        string kafka, string postgres, string? elasticsearch, int silos, KafkaTopicLayout layout, CancellationToken cancellationToken)
    {
        var cluster = new TrialCluster(kafka, postgres, elasticsearch, layout);
        try
        {
            await cluster.AdministerAsync($"create database {cluster.id}");
            await SiloSchema.MigrateAsync(cluster.database, cancellationToken);
            await cluster.Log.PrepareAsync(cancellationToken);
            for (int i = 0; i < silos; i++)
                await cluster.AddAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until every event is folded, and returns how far that is.</summary>
    public async Task<PipelineStatus> SettleAsync(CancellationToken cancellationToken)
    {
        var pipeline = silos[0].Services.GetRequiredService<IPipelineStatus>();
        while (true)
        {
            var status = await pipeline.GetAsync(cancellationToken);
            if (status.LagEvents == 0)
                return status;
            await Task.Delay(100, cancellationToken);
        }
    }

    /// <summary>The digest of what is stored now.</summary>
    public Task<SectionDigests> DigestAsync(CancellationToken cancellationToken) =>
        ClusterDigest.ComputeAsync(new PostgresCaseStates(database), new PostgresRouteStatsStore(database).ReadAllAsync(cancellationToken), cancellationToken);

    /// <summary>In what the search indices differ; null when they do not, or there are none.</summary>
    public async Task<string?> SearchDifferenceAsync(SectionDigests expected, CancellationToken cancellationToken)
    {
        if (silos[0].Services.GetService<ElasticsearchStore>() is not { } store)
            return null;
        await store.Indices.RefreshAsync(cancellationToken);
        var found = await store.Digest.ComputeAsync(cancellationToken);
        return found.Agrees(expected) ? null : $"{found.Orders:n0} orders, {found.Events:n0} events; {string.Join(' ', found.Findings.Take(1))}";
    }

    public async ValueTask DisposeAsync()
    {
        if (elasticsearch is not null && silos is [var first, ..])
            await first.Services.GetRequiredService<ElasticsearchStore>().Indices.DropAsync();
        foreach (var silo in silos)
        {
            await silo.StopAsync();
            await silo.DisposeAsync();
        }

        Log.Dispose();
        await database.DisposeAsync();
        await AdministerAsync($"drop database if exists {id} with (force)");
    }

    private async Task AddAsync(CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "--urls", "http://127.0.0.1:0",
            "--EIP_KAFKA", settings.Kafka!,
            "--EIP_POSTGRES", settings.Postgres!,
            "--EIP_ELASTICSEARCH", elasticsearch ?? "",
            "--Eip:Elasticsearch:ShipmentsAlias", $"shipments-{id}",
            "--Eip:Elasticsearch:EventsAlias", $"events-{id}",
            "--Eip:Elasticsearch:Replicas", "0",
            "--EIP_REDIS", "",
            "--Eip:Silo:Port", FreePort(),
            "--Eip:Silo:GatewayPort", FreePort(),
            "--Eip:Silo:Cluster", settings.Cluster,
            "--Eip:Kafka:Topic", settings.Topic,
            "--Eip:Kafka:Prefix", settings.TopicPrefix,
            "--Eip:Kafka:Group", settings.Group,
            "--Eip:Kafka:Layout", settings.Layout == KafkaTopicLayout.OneTopic ? "one" : "by-owner",
            "--Eip:Partitions", settings.Partitions.ToString(),
            "--Eip:Lanes:IdleSeconds", "2",
        ];
        var silo = SiloHost.Build(arguments, static builder => builder.Logging.ClearProviders());
        silos.Add(silo);
        await silo.StartAsync(cancellationToken);
    }

    private async Task AdministerAsync(string statement)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString);
        await using var command = source.CreateCommand(statement);
        await command.ExecuteNonQueryAsync();
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString();
    }
}

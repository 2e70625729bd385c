using System.Diagnostics;
using Confluent.Kafka;
using Eip.Domain;
using Eip.Grains.Abstractions;
using Eip.Grains.Reading;
using Eip.Grains.State;
using Eip.Pipeline.Ports;
using Eip.Silo.Embedded;
using Eip.Silo.Hosting;
using Eip.Silo.State;
using Eip.Storage.Postgres;
using Eip.Streams.Kafka.Log;
using Eip.Streams.Kafka.Options;
using Eip.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Eip.Cluster.Bench;

/// <summary>One silo of one shape, with a topic, a database and a home of its own.</summary>
internal sealed class Trial : IAsyncDisposable
{
    /// <summary>Partitions of a trial's topic, unless it is given others.</summary>
    public const int UsualPartitions = 4;

    private static readonly int BatchSize = new KafkaStreamOptions().BatchSize;
    private static int ports = 27_100;
    private readonly string id = "bench" + Guid.NewGuid().ToString("n")[..10];
    private readonly string home = Directory.CreateTempSubdirectory("eip-bench-").FullName;
    private readonly History history;
    private readonly int partitions;
    private readonly string? kafka, server, elasticsearch;
    private readonly WebApplication silo;
    private readonly KafkaEventLog? log;
    private readonly StepTimes steps = new();
    private bool isStarted;

    private Trial(History history, string? kafka, string? postgres, (string Elasticsearch, string Redis)? stores, int partitions)
    {
        this.history = history;
        this.partitions = partitions;
        this.kafka = kafka;
        server = postgres;
        elasticsearch = stores?.Elasticsearch;
        Arguments =
        [
            "--urls", "http://127.0.0.1:0", "--EIP_HOME", home, "--Eip:Silo:Port", $"{ports++}", "--Eip:Silo:GatewayPort", $"{ports++}",
            "--EIP_KAFKA", kafka ?? "", "--Eip:Kafka:Topic", id, "--Eip:Kafka:Prefix", id + "-", "--Eip:Kafka:Group", id, "--Eip:Silo:Cluster", id,
            "--Eip:Partitions", $"{partitions}", "--Eip:Lanes:IdleSeconds", "3",
            "--EIP_POSTGRES", postgres is null ? "" : new NpgsqlConnectionStringBuilder(postgres) { Database = id }.ConnectionString,
            "--EIP_ELASTICSEARCH", stores?.Elasticsearch ?? "", "--Eip:Elasticsearch:ShipmentsAlias", $"shipments-{id}",
            "--Eip:Elasticsearch:EventsAlias", EventsAlias, "--Eip:Elasticsearch:Replicas", "0", "--EIP_REDIS", stores?.Redis ?? "",
        ];
        silo = SiloHost.Build([.. Arguments], builder =>
        {
            builder.Logging.ClearProviders();
            // Without a search store a silo would keep the cards in its memory: the stream, the grains and their state are measured alone.
            if (stores is null)
                builder.Services.RemoveAll<ICaseProjection>();
        });
        if (kafka is null)
            return;
        var options = new KafkaLogOptions();
        silo.Services.GetRequiredService<SiloSettings>().Configure(options);
        log = new KafkaEventLog(options);
    }

    /// <summary>Prepares a trial; a stream's topic is full then.</summary>
    public static async Task<Trial> PrepareAsync(History history, string? kafka, string? postgres, (string Elasticsearch, string Redis)? stores)
    {
        var trial = await EmptyAsync(history, kafka, postgres, stores);
        if (kafka is not null)
        {
            foreach (var batch in history.Events.Chunk(20_000))
                await trial.AppendAsync(batch);
        }

        return trial;
    }

    /// <summary>Prepares a trial whose topic is empty.</summary>
    public static async Task<Trial> EmptyAsync(
        History history, string? kafka, string? postgres, (string Elasticsearch, string Redis)? stores, int partitions = UsualPartitions)
    {
        var trial = new Trial(history, kafka, postgres, stores, partitions);
        if (postgres is not null)
            await trial.AdministerAsync($"create database {trial.id}");
        await SiloSchema.PrepareAsync(trial.silo.Services);
        if (trial.log is not null)
            await trial.log.PrepareAsync();
        return trial;
    }

    /// <summary>The settings of its silo.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>The alias of the events in Elasticsearch.</summary>
    public string EventsAlias => $"events-{id}";

    /// <summary>Starts another silo of the same cluster, in a process of its own.</summary>
    public SiloProcess StartProcess() => SiloProcess.Start([.. Arguments, "--Eip:Silo:Port", $"{ports++}", "--Eip:Silo:GatewayPort", $"{ports++}"]);

    /// <summary>Starts the silo.</summary>
    public async Task StartAsync()
    {
        await silo.StartAsync();
        isStarted = true;
    }

    /// <summary>Appends to the topic; completes when the brokers have acknowledged.</summary>
    public async Task AppendAsync(ReadOnlyMemory<FulfillmentEvent> events) => await log!.AppendAsync(events);

    /// <summary>How many records are on the topic.</summary>
    public async Task<long> AppendedAsync() => (await silo.Services.GetRequiredService<ILogEnds>().GetAsync()).Sum(static partition => partition.EndOffset);

    /// <summary>Folds the history: a stream's topic is full before the silo starts, a direct loop is fed once it has.</summary>
    public async Task<TrialTime> RunAsync()
    {
        long begun = Stopwatch.GetTimestamp();
        await StartAsync();
        var feeding = Task.CompletedTask;
        if (log is null)
        {
            var grains = silo.Services.GetRequiredService<IGrainFactory>();
            var parts = history.Events.GroupBy(@event => @event.OrderId.StableHash() % partitions).Select(static part => part.ToArray()).ToArray();
            feeding = Task.WhenAll(parts.Select((part, number) => FeedAsync(grains.GetGrain<IIngestGrain>($"bench/{number}"), part)));
        }

        long folded;
        while ((folded = await FoldedAsync()) == 0)
            await Task.Delay(5);
        long started = Stopwatch.GetTimestamp();
        await FoldedAsync(history.Events.Length);
        var work = Stopwatch.GetElapsedTime(started);
        await feeding;
        return new TrialTime(Stopwatch.GetElapsedTime(begun, started), work, (history.Events.Length - folded) / work.TotalSeconds);
    }

    /// <summary>How the batches' time is shared out between their steps.</summary>
    public string Shares => steps.ToString();

    /// <summary>Whether what is stored in the end is what the folds give.</summary>
    public async Task<bool> IsExactAsync()
    {
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60))
        {
            if ((await ClusterDigest.ComputeAsync(silo.Services.GetRequiredService<ICaseStates>(), RouteStats())).All == history.Digest)
                return true;
            await Task.Delay(500);
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        if (isStarted)
            await silo.StopAsync();
        await silo.DisposeAsync();
        steps.Dispose();
        log?.Dispose();
        if (kafka is not null)
        {
            using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka }).Build();
            await admin.DeleteTopicsAsync([id, id + "-" + new KafkaLogOptions().DeadLetterTopic]);
        }

        Directory.Delete(home, recursive: true);
        if (server is not null)
            await AdministerAsync($"drop database {id} with (force)");
        if (elasticsearch is null)
            return;
        using var http = new HttpClient { BaseAddress = new Uri(elasticsearch) };
        string indices = await http.GetStringAsync(new Uri($"/_cat/indices/*-{id}*?h=index", UriKind.Relative));
        foreach (string index in indices.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            (await http.DeleteAsync(new Uri("/" + index, UriKind.Relative))).EnsureSuccessStatusCode();
    }

    /// <summary>Waits until so many events are folded and everything of them is stored.</summary>
    public async Task FoldedAsync(long count)
    {
        while (await FoldedAsync() < count)
            await Task.Delay(20);
    }

    /// <summary>How far each partition has come.</summary>
    public async Task<IReadOnlyList<IngestProgress>> ProgressAsync() => await silo.Services.GetRequiredService<ICaseStates>().ProgressAsync();

    /// <summary>Silos that have joined the cluster.</summary>
    public async Task<long> ActiveSilosAsync()
    {
        await using var command = silo.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("select count(*) from orleansmembershiptable where status = 3");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<long> FoldedAsync() => (await ProgressAsync()).Sum(static partition => partition.NextOffset);

    private IAsyncEnumerable<RouteStats> RouteStats() => silo.Services.GetService<PostgresRouteStatsStore>() is { } store
        ? store.ReadAllAsync()
        : silo.Services.GetRequiredService<FileRouteStats>().Rows.ToAsyncEnumerable();

    private static async Task FeedAsync(IIngestGrain grain, FulfillmentEvent[] events)
    {
        for (int start = 0; start < events.Length; start += BatchSize)
        {
            int count = Math.Min(BatchSize, events.Length - start);
            await grain.Ingest(new IngestBatch(events.AsMemory(start, count), start, start + count));
        }
    }

    private async Task AdministerAsync(string statement)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server!) { Pooling = false }.ConnectionString);
        await using var command = source.CreateCommand(statement);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>What a trial took.</summary>
/// <param name="Start">From the silo's start to the first batch that is stored.</param>
/// <param name="Work">From there to the last.</param>
/// <param name="EventsPerSecond">Between the first and the last.</param>
internal readonly record struct TrialTime(TimeSpan Start, TimeSpan Work, double EventsPerSecond);

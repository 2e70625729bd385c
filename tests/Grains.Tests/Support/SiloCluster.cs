using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Eip.Domain;
using Eip.Grains.State;
using Eip.Pipeline.Ports;
using Eip.Silo.Hosting;
using Eip.Silo.State;
using Eip.Storage.Postgres;
using Eip.Streams.Kafka.Log;
using Eip.Streams.Kafka.Options;
using Eip.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Eip.Grains.Tests.Support;

/// <summary>
/// Silos as they ship, in this process, on the real broker and database: a topic and a database of their own for each test.
/// </summary>
internal sealed class SiloCluster : IAsyncDisposable
{
    private readonly string id = Guid.NewGuid().ToString("n")[..12];
    private readonly List<WebApplication> silos = [];
    private readonly List<WebApplication> killed = [];
    private readonly Action<IServiceCollection>? configure;
    private readonly string kafka;
    private readonly MeterListener meters = new();
    private string[] further = [];
    private long folded;

    private SiloCluster(TestDatabase database, string kafka, int partitions, KafkaTopicLayout layout, Action<IServiceCollection>? configure)
    {
        Database = database;
        this.configure = configure;
        this.kafka = kafka;
        Partitions = partitions;
        Layout = layout;
        Log = new KafkaEventLog(LogOptions);
        meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument is { Meter.Name: GrainsInstruments.MeterName, Name: "eip.ingest.events" })
                listener.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref folded, count));
        meters.Start();
    }

    public TestDatabase Database { get; }

    public int Partitions { get; }

    public KafkaTopicLayout Layout { get; }

    public KafkaEventLog Log { get; }

    /// <summary>The group that offsets are committed to.</summary>
    public string Group => id;

    public IReadOnlyList<WebApplication> Silos => silos;

    /// <summary>Events folded by all silos, redelivered ones included.</summary>
    public long Folded => Interlocked.Read(ref folded);

    public IServiceProvider Services => silos[0].Services;

    public ICaseStates States => new PostgresCaseStates(Database.Source);

    public KafkaLogOptions LogOptions
    {
        get
        {
            var options = new KafkaLogOptions();
            Settings().Configure(options);
            return options;
        }
    }

    public static async Task<SiloCluster> StartAsync(
        int silos,
        int partitions = 4,
        KafkaTopicLayout layout = KafkaTopicLayout.OneTopic,
        string? kafka = null,
        Action<IServiceCollection>? configure = null,
        Func<string, string[]>? further = null)
    {
        kafka ??= Servers.NeedKafka();
        var cluster = new SiloCluster(await TestDatabase.CreateAsync(), kafka, partitions, layout, configure);
        cluster.further = further?.Invoke(cluster.id) ?? [];
        await cluster.Log.PrepareAsync();
        for (int i = 0; i < silos; i++)
            await cluster.AddAsync();
        return cluster;
    }

    public string[] Arguments(int siloPort, int gatewayPort) =>
    [
        "--urls", "http://127.0.0.1:0",
        "--EIP_KAFKA", kafka,
        "--EIP_POSTGRES", Database.ConnectionString,
        // What the environment names is for the tests that ask for it.
        "--EIP_ELASTICSEARCH", "",
        "--EIP_REDIS", "",
        "--Eip:Silo:Port", siloPort.ToString(),
        "--Eip:Silo:GatewayPort", gatewayPort.ToString(),
        "--Eip:Silo:Cluster", id,
        "--Eip:Kafka:Topic", $"events-{id}",
        "--Eip:Kafka:Prefix", $"{id}-",
        "--Eip:Kafka:Group", id,
        "--Eip:Kafka:Layout", Layout == KafkaTopicLayout.OneTopic ? "one" : "by-owner",
        "--Eip:Partitions", Partitions.ToString(),
        "--Eip:Lanes:IdleSeconds", "3",
        .. further,
    ];

    /// <summary>Starts a silo in a process of its own.</summary>
    public SiloProcess StartProcess() => SiloProcess.Start(Arguments(FreePort(), FreePort()));

    public async Task<WebApplication> AddAsync()
    {
        var silo = SiloHost.Build(Arguments(FreePort(), FreePort()), builder =>
        {
            builder.Logging.ClearProviders();
            if (Environment.GetEnvironmentVariable("EIP_TEST_LOG") is not null)
                builder.Logging.AddSimpleConsole(static options => options.SingleLine = true);
            configure?.Invoke(builder.Services);
        });
        await silo.StartAsync();
        silos.Add(silo);
        return silo;
    }

    /// <summary>Ends a silo without a word to the others: they find out.</summary>
    public async Task KillAsync(WebApplication silo)
    {
        silos.Remove(silo);
        killed.Add(silo);
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        try
        {
            await silo.StopAsync(now.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or AggregateException)
        {
            // It was not given the time to say goodbye.
        }
    }

    public async Task StopAsync(WebApplication silo)
    {
        silos.Remove(silo);
        await silo.StopAsync();
        await silo.DisposeAsync();
    }

    public async Task AppendAsync(IReadOnlyList<FulfillmentEvent> events, int batch = 1_000)
    {
        for (int start = 0; start < events.Count; start += batch)
            await Log.AppendAsync(events.Skip(start).Take(batch).ToArray());
    }

    /// <summary>The longest time in which nothing was folded while events kept coming.</summary>
    public async Task<TimeSpan> LongestStallAsync(Task feeding)
    {
        var longest = TimeSpan.Zero;
        var since = Stopwatch.StartNew();
        long last = -1;
        while (!feeding.IsCompleted)
        {
            long now = (await States.ProgressAsync()).Sum(static partition => partition.NextOffset);
            if (now != last)
                since.Restart();
            last = now;
            if (since.Elapsed > longest)
                longest = since.Elapsed;
            await Task.Delay(20);
        }

        return longest;
    }

    public async Task<PipelineStatus> StatusAsync() => await Services.GetRequiredService<IPipelineStatus>().GetAsync();

    public async Task<SectionDigests> DigestAsync()
    {
        await using var source = PostgresDatabase.Open(Database.ConnectionString);
        return await ClusterDigest.ComputeAsync(States, new PostgresRouteStatsStore(source).ReadAllAsync());
    }

    public async Task ShouldComeToAsync(Reference reference, TimeSpan? within = null)
    {
        SectionDigests? last = null;
        try
        {
            await Wait.Until(
                async () => (last = await DigestAsync()).All == reference.Digest.All, "the digest of the cluster is that of the folds", within ?? TimeSpan.FromSeconds(90));
        }
        catch (TimeoutException exception)
        {
            var status = await StatusAsync();
            throw new TimeoutException($"{exception.Message} Lag {status.LagEvents}, orders {status.OrderCount} of {reference.Cases.Count}; equal are cards "
                + $"{last!.Cards == reference.Digest.Cards}, timelines {last.Timelines == reference.Digest.Timelines}, route stats {last.RouteStats == reference.Digest.RouteStats}.", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in silos)
            await silo.StopAsync();
        foreach (var silo in silos.Concat(killed))
            await silo.DisposeAsync();
        Log.Dispose();
        meters.Dispose();
        await Database.DisposeAsync();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private SiloSettings Settings() => new()
    {
        Home = new Pipeline.Home("unused"),
        Kafka = kafka,
        Topic = $"events-{id}",
        TopicPrefix = $"{id}-",
        Layout = Layout,
        Partitions = Partitions,
        Group = id,
    };
}

using System.Net;
using Eip.Pipeline;
using Eip.Pipeline.Ports;
using Eip.Silo.Ownership;
using Eip.Storage.Elasticsearch;
using Eip.Storage.Redis;
using Eip.Streams.Kafka.Options;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Eip.Silo.Hosting;

/// <summary>
/// What a silo runs on. Without any setting it is alone on localhost, with its log in files and everything else in memory. <c>EIP_KAFKA</c> makes Kafka
/// the log; <c>EIP_POSTGRES</c> makes PostgreSQL the place of membership, grain state, reminders, cases and route statistics; <c>EIP_ELASTICSEARCH</c>
/// makes Elasticsearch the search store; <c>EIP_REDIS</c> makes Redis the cache of answers; each on its own.
/// </summary>
public sealed record SiloSettings
{
    // Connections that open only when a silo leaves and hundreds of lanes move cost the database more than the statements that they are for.
    private const int PoolSize = 8;

    // A silo has some thirty statements and sends them all the time.
    private const int PreparedStatements = 50;

    /// <summary>Kafka's bootstrap servers; null keeps the log in files.</summary>
    public string? Kafka { get; init; }

    /// <summary>Connection string of PostgreSQL; null keeps state in memory. Where it does not say otherwise, its pool holds 8 connections at most, and
    /// statements that come again are prepared.</summary>
    public string? Postgres { get; init; }

    /// <summary>Elasticsearch and how it is used (section <c>Eip:Elasticsearch</c>); null keeps search in the memory of a silo that is alone.</summary>
    public ElasticsearchOptions? Elasticsearch { get; init; }

    /// <summary>Redis and how it is used (section <c>Eip:Redis</c>); null keeps answers in each silo's memory.</summary>
    public RedisCacheOptions? Redis { get; init; }

    /// <summary>The folder of the data set that the cluster replays (<c>Eip:Replay:Data</c>), the same on every silo; null when it replays none.</summary>
    public string? ReplayData { get; init; }

    /// <summary>The folder of the log in files, of dead letters and of the route statistics' file.</summary>
    public required Home Home { get; init; }

    /// <summary>Port between silos (<c>Eip:Silo:Port</c>).</summary>
    public int SiloPort { get; init; } = 11_111;

    /// <summary>Port for Orleans clients (<c>Eip:Silo:GatewayPort</c>).</summary>
    public int GatewayPort { get; init; } = 30_000;

    /// <summary>The address that other silos reach this one by (<c>Eip:Silo:Address</c>); loopback unless set.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>TLS between silos (section <c>Eip:Silo:Tls</c>); null on loopback without it.</summary>
    public SiloTls? Tls { get; init; }

    /// <summary>The cluster (<c>Eip:Silo:Cluster</c>): silos with the same name and database are one.</summary>
    public string Cluster { get; init; } = "eip";

    /// <summary>One topic or one for each owner (<c>Eip:Kafka:Layout</c>).</summary>
    public KafkaTopicLayout Layout { get; init; }

    /// <summary>The topic of events, in the layout of one topic (<c>Eip:Kafka:Topic</c>).</summary>
    public string Topic { get; init; } = "fulfillment-events";

    /// <summary>What stands before the names of the other topics, so that several systems share a broker (<c>Eip:Kafka:Prefix</c>).</summary>
    public string TopicPrefix { get; init; } = "";

    /// <summary>Partitions of topics that are created, and of a log in files (<c>Eip:Partitions</c>).</summary>
    public int Partitions { get; init; } = 8;

    /// <summary>The group that offsets are committed to (<c>Eip:Kafka:Group</c>).</summary>
    public string Group { get; init; } = "eip";

    /// <summary>Further properties of every Kafka client, by librdkafka's names (<c>Eip:Kafka:Client:security.protocol</c> and so on).</summary>
    public IReadOnlyDictionary<string, string> KafkaClient { get; init; } = new Dictionary<string, string>();

    /// <summary>How long no event came before lanes write the open day as well (<c>Eip:Lanes:IdleSeconds</c>).</summary>
    public TimeSpan LaneIdle { get; init; } = TimeSpan.FromSeconds(30);

    // Memory that died with a process is filled from the log's beginning: each process without a database commits to a group of its own.
    private string MemoryGroup { get; init; } = "";

    /// <summary>Reads the settings: the environment's variables, then <c>Eip:Kafka:Servers</c>, <c>Eip:Postgres</c>, <c>Eip:Elasticsearch:Servers</c>,
    /// <c>Eip:Redis:Servers</c> and <c>Eip:Home</c>.</summary>
    /// <exception cref="InvalidOperationException">A setting is unknown, contradicts another or cannot be read; the message names it.</exception>
    public static SiloSettings Read(IConfiguration configuration)
    {
        if (KnownSettings.Problems(configuration).ToList() is { Count: > 0 } problems)
            throw new InvalidOperationException(string.Join(' ', problems));
        var defaults = new SiloSettings { Home = Home.Resolve(Text(configuration, "EIP_HOME", "Eip:Home")) };
        var eip = configuration.GetSection("Eip");
        // What reads it later would fail when the first event comes.
        _ = EventHorizon.Parse(configuration[EventHorizon.Variable]);
        var settings = defaults with
        {
            Kafka = Text(configuration, "EIP_KAFKA", "Eip:Kafka:Servers"),
            Postgres = Pooled(Text(configuration, "EIP_POSTGRES", "Eip:Postgres")),
            Elasticsearch = StoreSettings.Elasticsearch(Text(configuration, "EIP_ELASTICSEARCH", "Eip:Elasticsearch:Servers"), eip.GetSection("Elasticsearch")),
            ReplayData = eip["Replay:Data"] is { Length: > 0 } data ? data : null,
            SiloPort = Number(eip, "Silo:Port", defaults.SiloPort),
            GatewayPort = Number(eip, "Silo:GatewayPort", defaults.GatewayPort),
            Address = AddressOf(eip.GetSection("Silo"), defaults.Address),
            Tls = SiloTls.Read(eip.GetSection("Silo:Tls")),
            Cluster = eip["Silo:Cluster"] ?? defaults.Cluster,
            Layout = eip["Kafka:Layout"] switch
            {
                null or "one" => KafkaTopicLayout.OneTopic,
                "by-owner" => KafkaTopicLayout.TopicPerOwner,
                { } other => throw new InvalidOperationException($"Eip:Kafka:Layout is '{other}'; one or by-owner is needed."),
            },
            Topic = eip["Kafka:Topic"] ?? defaults.Topic,
            TopicPrefix = eip["Kafka:Prefix"] ?? defaults.TopicPrefix,
            Partitions = Number(eip, "Partitions", defaults.Partitions),
            Group = eip["Kafka:Group"] ?? defaults.Group,
            KafkaClient = eip.GetSection("Kafka:Client").GetChildren().ToDictionary(static property => property.Key, static property => property.Value ?? ""),
            MemoryGroup = $"{eip["Kafka:Group"] ?? defaults.Group}-memory-{Guid.NewGuid():n}",
            LaneIdle = TimeSpan.FromSeconds(Number(eip, "Lanes:IdleSeconds", (int)defaults.LaneIdle.TotalSeconds)),
        };
        return settings with
        {
            Redis = StoreSettings.Redis(Text(configuration, "EIP_REDIS", "Eip:Redis:Servers"), eip.GetSection("Redis"), ClusterIdentity.PlaceOf(settings)),
        };
    }

    /// <summary>Puts the settings of Kafka into options.</summary>
    public void Configure(KafkaLogOptions options)
    {
        options.BootstrapServers = Kafka ?? "";
        options.Layout = Layout;
        options.Topic = Topic;
        options.OmsTopic = TopicPrefix + options.OmsTopic;
        options.WmsTopic = TopicPrefix + options.WmsTopic;
        options.TmsTopic = TopicPrefix + options.TmsTopic;
        options.DeadLetterTopic = TopicPrefix + options.DeadLetterTopic;
        options.Partitions = Partitions;
        foreach (var (name, value) in KafkaClient)
            options.ClientProperties[name] = value;
        if (options is KafkaStreamOptions streams)
            streams.Group = Postgres is null ? MemoryGroup : Group;
    }

    // A silo has two pools, its own and Orleans', and a server that others use as well takes 100 connections unless it is told otherwise. What a silo does
    // on a connection ends with its transaction, so none is reset when it goes back, which would be a statement more for each one that does something.
    private static string? Pooled(string? postgres)
    {
        if (postgres is null)
            return null;
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(postgres);
            // ContainsKey tells whether the word is known, not whether it is there.
            if (!parts.Keys.Any(static key => key == "Maximum Pool Size"))
                parts.MaxPoolSize = PoolSize;
            if (!parts.Keys.Any(static key => key == "Max Auto Prepare"))
                parts.MaxAutoPrepare = PreparedStatements;
            parts.NoResetOnClose = true;
            return parts.ConnectionString;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException)
        {
            throw new InvalidOperationException($"EIP_POSTGRES is not a connection string such as 'Host=localhost;Database=eip;Username=eip': {exception.Message}", exception);
        }
    }

    private static string? Text(IConfiguration configuration, string variable, string key) =>
        configuration[variable] is { Length: > 0 } given ? given : configuration[key] is { Length: > 0 } configured ? configured : null;

    private static string AddressOf(IConfigurationSection silo, string otherwise)
    {
        string address = silo["Address"] is { Length: > 0 } given ? given : otherwise;
        if (!IPAddress.TryParse(address, out var parsed))
            throw new InvalidOperationException($"{silo.Path}:Address is '{address}'; an IP address is needed.");
        if (!IPAddress.IsLoopback(parsed) && !silo.GetSection("Tls").GetChildren().Any())
        {
            throw new InvalidOperationException(
                $"{silo.Path}:Address is {address}, which other machines reach, and the ports of silos ask for no API key: whoever reaches them can write cases. "
                + $"Set {silo.Path}:Tls:Certificate, {silo.Path}:Tls:Key and {silo.Path}:Tls:Authority, or stay on 127.0.0.1 (docs/cluster.md).");
        }

        return address;
    }

    private static int Number(IConfigurationSection section, string name, int otherwise)
    {
        if (section[name] is not { } text)
            return otherwise;
        return int.TryParse(text, out int value) && value > 0
            ? value
            : throw new InvalidOperationException($"{section.Path}:{name} is '{text}'; a whole number above 0 is needed.");
    }
}

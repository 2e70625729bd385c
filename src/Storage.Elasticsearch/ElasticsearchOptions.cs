namespace Eip.Storage.Elasticsearch;

/// <summary>How Elasticsearch is reached and used.</summary>
public sealed class ElasticsearchOptions
{
    /// <summary>The nodes, such as <c>https://search-1:9200</c>.</summary>
    public IReadOnlyList<Uri> Nodes { get; set; } = [new("http://127.0.0.1:9200")];

    /// <summary>An API key in its base-64 form; excludes user and password.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The user of basic authentication.</summary>
    public string? Username { get; set; }

    /// <summary>The password of basic authentication.</summary>
    public string? Password { get; set; }

    /// <summary>The SHA-256 fingerprint of the certificate authority that the nodes' certificates must come from.</summary>
    public string? CertificateFingerprint { get; set; }

    /// <summary>A file with the certificate of the authority that the nodes' certificates must come from.</summary>
    public string? CertificateAuthorityFile { get; set; }

    /// <summary>Whether requests are compressed.</summary>
    public bool Compress { get; set; }

    /// <summary>The alias of the case cards.</summary>
    public string ShipmentsAlias { get; set; } = "shipments";

    /// <summary>The alias of the timelines' events.</summary>
    public string EventsAlias { get; set; } = "shipment_events";

    /// <summary>Primary shards of a new index.</summary>
    public int Shards { get; set; } = 1;

    /// <summary>Replicas of each shard of a new index.</summary>
    public int Replicas { get; set; } = 1;

    /// <summary>
    /// How often new documents become searchable; the age that a search is dated back by. Null leaves it to the server: once a second while anybody
    /// searches, and not at all once nobody has for five seconds, so that a backfill costs less. The next search then waits for its refresh.
    /// </summary>
    public TimeSpan? RefreshInterval { get; set; }

    /// <summary>The most that a document may have been stored ago without being found.</summary>
    internal TimeSpan SearchAge => RefreshInterval ?? TimeSpan.FromSeconds(1);

    /// <summary>How long a request may take.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a search is tried again while Elasticsearch is away.</summary>
    public TimeSpan SearchPatience { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The size that a bulk request is filled up to, in bytes.</summary>
    public int BulkBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Bulk requests that are under way at once.</summary>
    public int ConcurrentBulks { get; set; } = 2;

    /// <summary>The first pause after a request that was turned away; it doubles with each further one.</summary>
    public TimeSpan Pause { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause between two attempts.</summary>
    public TimeSpan MaxPause { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Events of which it is remembered that they are stored, so that an order's next change does not write them again.</summary>
    public int RememberedEvents { get; set; } = 200_000;

    /// <summary>Documents that a stream or a rebuild handles at once.</summary>
    public int PageSize { get; set; } = 5_000;
}

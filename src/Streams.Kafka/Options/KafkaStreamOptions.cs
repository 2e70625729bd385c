namespace Eip.Streams.Kafka.Options;

/// <summary>How the stream provider reads the event log.</summary>
public sealed class KafkaStreamOptions : KafkaLogOptions
{
    /// <summary>
    /// The group that offsets are committed to, where lag tools look. The provider never joins it as a member: silos share partitions by cluster
    /// membership, not by Kafka's rebalancing. Nothing else may join it either.
    /// </summary>
    public string Group { get; set; } = "eip";

    /// <summary>
    /// The most records in a batch; one is as large as what waits. What a batch says several times about a thing is stored once, so that a backlog is
    /// worked off the faster the larger batches are; a successor of a lost silo has up to <see cref="Depth"/> of them to repeat.
    /// </summary>
    public int BatchSize { get; set; } = 4_000;

    /// <summary>How many batches of a partition wait or are being delivered before reading pauses.</summary>
    public int Depth { get; set; } = 2;

    /// <summary>How long a poll waits for records when there are none.</summary>
    public TimeSpan PollWait { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long passed offsets wait before they are committed: what a lost silo's successor reads again at most, beside the batches under way.</summary>
    public TimeSpan CommitInterval { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How often topics are asked for partitions that were added.</summary>
    public TimeSpan MetadataRefresh { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a silo that starts waits for the brokers; afterwards it starts without partitions and takes them when the brokers answer.</summary>
    public TimeSpan StartupWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>First pause between attempts, doubled each time: to deliver a batch, to connect, to write a dead letter.</summary>
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest pause between attempts.</summary>
    public TimeSpan MaxRetryPause { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Bytes that a fetch waits for, for at most <see cref="FetchMaxWait"/>.</summary>
    public int FetchMinBytes { get; set; } = 16 * 1024;

    /// <summary>How long a fetch waits for <see cref="FetchMinBytes"/>.</summary>
    public TimeSpan FetchMaxWait { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Kibibytes that a partition's client reads ahead at most.</summary>
    public int ReadAheadKibibytes { get; set; } = 4 * 1024;
}

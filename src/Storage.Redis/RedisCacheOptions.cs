namespace Eip.Storage.Redis;

/// <summary>How answers are kept in Redis.</summary>
public sealed class RedisCacheOptions
{
    /// <summary>
    /// Servers and settings as StackExchange.Redis writes them: <c>redis-1:6379,redis-2:6379,password=…,ssl=true</c>. Pauses and timeouts in it are
    /// overridden by those below.
    /// </summary>
    public string Configuration { get; set; } = "127.0.0.1:6379";

    /// <summary>What every key begins with.</summary>
    public string KeyPrefix { get; set; } = "eip:answers:";

    /// <summary>The version of the answers' form. Hosts of different versions never read each other's answers.</summary>
    public int AnswerVersion { get; set; } = 2;

    /// <summary>The longest answer that is stored, in bytes; a longer one is computed each time.</summary>
    public int MaxValueBytes { get; set; } = 1024 * 1024;

    /// <summary>How long Redis may take to answer a command.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a connection may take to come about.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long Redis is left alone after a command that failed.</summary>
    public TimeSpan Pause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The pause between two attempts to connect again.</summary>
    public TimeSpan ReconnectInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long one process may take to compute an answer before another may try as well.</summary>
    public TimeSpan LockTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a process waits for an answer that another computes, before it computes it itself.</summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a process that waits looks for the answer.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(20);
}

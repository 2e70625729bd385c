namespace Eip.Pipeline.Engine;

/// <summary>Flushes the log so that callers who wait at once share one flush.</summary>
internal sealed class GroupFlush(IPartitionedLog log)
{
    private readonly Lock held = new();
    private long appended;
    private long flushed;

    /// <summary>Takes note of an append that has returned.</summary>
    public void Appended() => Interlocked.Increment(ref appended);

    /// <summary>Returns once all that was appended before the call is durable.</summary>
    public void Flush()
    {
        long wanted = Interlocked.Read(ref appended);
        lock (held)
        {
            if (flushed >= wanted)
                return;
            long covered = Interlocked.Read(ref appended);
            log.Flush();
            flushed = covered;
        }
    }
}

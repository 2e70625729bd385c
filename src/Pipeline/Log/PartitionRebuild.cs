namespace Eip.Pipeline.Log;

/// <summary>Writes a partition anew, in a directory beside its own.</summary>
internal sealed class PartitionRebuild : IDisposable
{
    private const int BufferLength = 1 << 20;
    private readonly string directory;
    private readonly LogMetadata log;
    private readonly int number;
    private FileStream? file;
    private uint chain;

    public PartitionRebuild(string directory, LogMetadata log, int number)
    {
        (this.directory, this.log, this.number) = (directory, log, number);
        Directory.CreateDirectory(directory);
        Begin();
    }

    public long Count { get; private set; }

    public FlushedEnd End => new(Count, chain);

    /// <summary>What was not taken, and where.</summary>
    public List<string> Gone { get; } = [];

    public void Add(ReadOnlySpan<byte> record)
    {
        if (file!.Length >= EventLogOptions.DefaultSegmentBytes)
            Begin();
        file.Write(record);
        chain = System.Numerics.BitOperations.Crc32C(chain, RecordFormat.ChecksumOf(record));
        Count++;
    }

    /// <summary>Makes all of it durable.</summary>
    public void Complete()
    {
        Dispose();
        Durable.FlushDirectory(directory);
    }

    public void Dispose()
    {
        if (file is null)
            return;
        file.Flush();
        Durable.Flush(file.SafeFileHandle);
        file.Dispose();
        file = null;
    }

    private void Begin()
    {
        Dispose();
        file = new FileStream(SegmentFormat.PathOf(directory, Count), FileMode.CreateNew, FileAccess.Write, FileShare.Read, BufferLength);
        Span<byte> header = stackalloc byte[SegmentFormat.HeaderLength];
        SegmentFormat.Write(header, number, Count, log.Id, chain);
        file.Write(header);
    }
}

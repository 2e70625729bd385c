using System.Numerics;
using System.Runtime.InteropServices;

namespace Eip.Pipeline.Log;

/// <summary>
/// What is known of a segment that was read: how many records it has, the least and greatest event time, where blocks of about
/// <see cref="BlockBytes"/> begin, and the chain of its checksums.
/// </summary>
/// <param name="chain">The chain of the records before the segment.</param>
internal sealed class SegmentIndex(uint chain)
{
    public const int BlockBytes = 64 * 1024;
    private readonly List<Block> blocks = [];

    /// <summary>The number of records.</summary>
    public int Count { get; private set; }

    /// <summary>The length of header and records in bytes.</summary>
    public long Length { get; private set; } = SegmentFormat.HeaderLength;

    /// <summary>The least event time in Unix seconds; meaningful when there is a record.</summary>
    public long MinEventAt { get; private set; } = long.MaxValue;

    /// <summary>The greatest event time in Unix seconds; meaningful when there is a record.</summary>
    public long MaxEventAt { get; private set; } = long.MinValue;

    /// <summary>The chain of the records before the segment.</summary>
    public uint FirstChain { get; } = chain;

    /// <summary>
    /// A checksum over the checksums of all records of the partition up to the last one here: it tells records that are whole, and not those that
    /// were written, such as another segment's.
    /// </summary>
    public uint Chain { get; private set; } = chain;

    /// <summary>Takes the next record in.</summary>
    public void Add(int recordLength, long eventAt, uint checksum)
    {
        Chain = BitOperations.Crc32C(Chain, checksum);
        if (blocks.Count == 0 || Length - blocks[^1].Position >= BlockBytes)
            blocks.Add(new Block(Length, Count, MaxEventAt));
        MinEventAt = Math.Min(MinEventAt, eventAt);
        MaxEventAt = Math.Max(MaxEventAt, eventAt);
        Length += recordLength;
        Count++;
    }

    /// <summary>The block that holds a record, counted from the segment's first.</summary>
    public Block BlockOf(long record) => LastWhere(record, static (block, wanted) => block.Record <= wanted);

    /// <summary>
    /// The block that holds the first record at or after a time; only meaningful when <see cref="MaxEventAt"/> is. Event times need not ascend: it
    /// is the last block before which every record is older.
    /// </summary>
    public Block BlockAt(long time) => LastWhere(time, static (block, wanted) => block.MaxEventAtBefore < wanted);

    private Block LastWhere(long wanted, Func<Block, long, bool> holds)
    {
        int low = 0, high = blocks.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (holds(blocks[middle], wanted))
                low = middle + 1;
            else
                high = middle;
        }

        return low == 0 ? new Block(SegmentFormat.HeaderLength, 0, long.MinValue) : blocks[low - 1];
    }

    /// <summary>Where a block begins.</summary>
    /// <param name="Position">The position of its first record in the file.</param>
    /// <param name="Record">The number of records in the segment before it.</param>
    /// <param name="MaxEventAtBefore">The greatest event time in the segment before it.</param>
    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct Block(long Position, long Record, long MaxEventAtBefore);
}

using System.Numerics;

namespace Eip.Pipeline.Search;

/// <summary>Goes through the slots whose bits are set, in ascending order.</summary>
internal ref struct SlotEnumerator(ReadOnlySpan<ulong> bits)
{
    private readonly ReadOnlySpan<ulong> bits = bits;
    private ulong rest = bits.IsEmpty ? 0 : bits[0];
    private int word;

    public int Current { get; private set; }

    public readonly SlotEnumerator GetEnumerator() => this;

    public bool MoveNext()
    {
        while (rest == 0)
        {
            if (++word >= bits.Length)
                return false;
            rest = bits[word];
        }

        Current = (word * 64) + BitOperations.TrailingZeroCount(rest);
        rest &= rest - 1;
        return true;
    }
}

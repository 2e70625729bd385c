using System.Text;
using Eip.Domain;

namespace Eip.Pipeline.Search;

/// <summary>
/// Finds orders by the beginning of their id: a few sorted runs, each at least twice as long as the next, and a short unsorted tail. New orders are
/// added under the index's write lock; runs are merged outside of it and never change, so a reader keeps the ones it has.
/// </summary>
internal sealed class OrderIdIndex(Func<int, OrderId> idOf)
{
    private const int TailLength = 1024;
    private readonly Lock publishing = new(), merging = new();
    private readonly Entry[] tail = new Entry[TailLength];
    private int tailCount;
    private volatile Entry[][] runs = [];

    /// <summary>Takes note of a new order.</summary>
    public void Add(long idKey, int ordinal)
    {
        tail[tailCount++] = new Entry(idKey, ordinal);
        if (tailCount < TailLength)
            return;
        var run = tail.ToArray();
        Array.Sort(run, Compare);
        lock (publishing)
            runs = [.. runs, run];
        tailCount = 0;
    }

    /// <summary>Merges runs of similar length; returns at once when another thread is at it.</summary>
    public void Compact()
    {
        if (!merging.TryEnter())
            return;
        try
        {
            while (Mergeable() is { } at)
            {
                Entry[] left = runs[at], right = runs[at + 1];
                var merged = Merge(left, right);
                // Others may only have appended meanwhile: what was at this place is there still.
                lock (publishing)
                    runs = [.. runs[..at], merged, .. runs[(at + 2)..]];
            }
        }
        finally
        {
            merging.Exit();
        }
    }

    /// <summary>Calls back with the ordinal of each order whose id begins with a text.</summary>
    public void Find(string prefix, Action<int> found)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(prefix);
        // No id holds a zero byte, which would look like the padding below.
        if (wanted.Length > OrderId.MaxUtf8Length || wanted.Contains(byte.MinValue))
            return;
        long first = CaseRow.KeyOf(wanted, byte.MinValue), last = CaseRow.KeyOf(wanted, byte.MaxValue);
        foreach (var run in runs)
        {
            for (int at = LowerBound(run, first, wanted); at < run.Length && run[at].IdKey <= last && Matches(run[at], wanted); at++)
                found(run[at].Ordinal);
        }

        foreach (ref readonly var entry in tail.AsSpan(0, tailCount))
        {
            if (entry.IdKey >= first && entry.IdKey <= last && Matches(entry, wanted))
                found(entry.Ordinal);
        }
    }

    private int? Mergeable()
    {
        var now = runs;
        for (int i = now.Length - 2; i >= 0; i--)
        {
            if (now[i].Length < 2 * now[i + 1].Length)
                return i;
        }

        return null;
    }

    private Entry[] Merge(Entry[] left, Entry[] right)
    {
        var merged = new Entry[left.Length + right.Length];
        int l = 0, r = 0;
        for (int i = 0; i < merged.Length; i++)
            merged[i] = r == right.Length || (l < left.Length && Compare(left[l], right[r]) <= 0) ? left[l++] : right[r++];
        return merged;
    }

    private int LowerBound(Entry[] run, long key, byte[] prefix)
    {
        int low = 0, high = run.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (run[middle].IdKey < key || (run[middle].IdKey == key && prefix.Length > sizeof(long) && CompareText(run[middle], prefix) < 0))
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private int CompareText(Entry entry, ReadOnlySpan<byte> prefix)
    {
        Span<byte> text = stackalloc byte[OrderId.MaxUtf8Length];
        return text[..idOf(entry.Ordinal).Format(text)].SequenceCompareTo(prefix);
    }

    private bool Matches(Entry entry, ReadOnlySpan<byte> prefix)
    {
        if (prefix.Length <= sizeof(long))
            return true;
        Span<byte> text = stackalloc byte[OrderId.MaxUtf8Length];
        return text[..idOf(entry.Ordinal).Format(text)].StartsWith(prefix);
    }

    private int Compare(Entry left, Entry right) =>
        left.IdKey != right.IdKey ? left.IdKey.CompareTo(right.IdKey) : idOf(left.Ordinal).CompareTo(idOf(right.Ordinal));

    private readonly record struct Entry(long IdKey, int Ordinal);
}

using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Search;

/// <summary>
/// The order of a sorted result as one number a card: a smaller key comes first, and an absent value has the greatest key in either direction.
/// The key is <c>(value ^ Flip) - Shift</c>, so that a vector of values becomes a vector of keys in two instructions.
/// </summary>
/// <param name="Sort">The property.</param>
/// <param name="Descending">Whether its greatest value comes first.</param>
internal readonly record struct SortOrder(CaseSort Sort, bool Descending)
{
    /// <summary>Descending order reverses all bits: the absent value, the smallest number, becomes the greatest key.</summary>
    public long Flip => Descending ? -1 : 0;

    /// <summary>Ascending order takes one off: the absent value alone wraps around to the greatest key.</summary>
    public long Shift => Descending ? 0 : 1;

    public long Key(long value) => unchecked((value ^ Flip) - Shift);

    /// <summary>The smallest key that a card of the segment can have.</summary>
    public long BestKey(CaseSegment segment)
    {
        var column = segment[Sort];
        if (column.Min > column.Max)
            return long.MaxValue;
        return Key(Descending ? column.Max : column.Min);
    }

    /// <summary>The position of a cursor.</summary>
    public SortedCard At(CaseCursor cursor)
    {
        long idKey = CaseRow.KeyOf(cursor.OrderId);
        return new SortedCard(Key(Sort == CaseSort.OrderId ? idKey : cursor.Value ?? CaseColumn.Absent), idKey, cursor.OrderId, -1);
    }

    /// <summary>The position of a card.</summary>
    public SortedCard At(CaseSegment segment, int slot, int ordinal) =>
        new(Key(segment[Sort][slot]), segment[CaseSort.OrderId][slot], segment.Ids[slot], ordinal);

    /// <summary>A cursor that stands on a card.</summary>
    public CaseCursor CursorOf(CaseSegment segment, int slot)
    {
        long value = segment[Sort][slot];
        return new CaseCursor(Sort == CaseSort.OrderId || value == CaseColumn.Absent ? null : value, segment.Ids[slot]);
    }

    /// <summary>Compares two positions; equal values are sorted by ascending order id, whatever the direction.</summary>
    public int Compare(in SortedCard left, in SortedCard right)
    {
        if (left.Key != right.Key)
            return left.Key < right.Key ? -1 : 1;
        if (Sort == CaseSort.OrderId)
            return Descending ? right.Id.CompareTo(left.Id) : left.Id.CompareTo(right.Id);
        return left.IdKey != right.IdKey ? left.IdKey.CompareTo(right.IdKey) : left.Id.CompareTo(right.Id);
    }
}

/// <summary>A card's position in a sorted result.</summary>
/// <param name="Key">Its sort key.</param>
/// <param name="IdKey">The leading bytes of its id.</param>
/// <param name="Id">Its id.</param>
/// <param name="Ordinal">Where it lies in the index.</param>
internal readonly record struct SortedCard(long Key, long IdKey, OrderId Id, int Ordinal);

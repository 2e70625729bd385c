namespace Eip.Pipeline.Search;

/// <summary>
/// One whole-number property of the cards of a segment. Beside the values it keeps bounds that only widen: a segment outside of a range, or within it,
/// is told without a look at its values.
/// </summary>
internal sealed class CaseColumn
{
    /// <summary>Stands for an absent value; no time, duration or count is that small.</summary>
    public const long Absent = long.MinValue;

    private readonly long[] values;

    public CaseColumn() => values = new long[CaseSegment.Capacity];

    private CaseColumn(CaseColumn source)
    {
        values = (long[])source.values.Clone();
        (Min, Max, HasAbsent) = (source.Min, source.Max, source.HasAbsent);
    }

    /// <summary>No present value is or was below.</summary>
    public long Min { get; private set; } = long.MaxValue;

    /// <summary>No present value is or was above.</summary>
    public long Max { get; private set; } = long.MinValue;

    /// <summary>Whether a card lacks the value, or once did.</summary>
    public bool HasAbsent { get; private set; }

    public ReadOnlySpan<long> Values => values;

    public long this[int slot] => values[slot];

    public void Set(int slot, long value)
    {
        values[slot] = value;
        if (value == Absent)
        {
            HasAbsent = true;
            return;
        }

        if (value < Min)
            Min = value;
        if (value > Max)
            Max = value;
    }

    public void Set(int slot, long? value) => Set(slot, value ?? Absent);

    public CaseColumn Clone() => new(this);
}

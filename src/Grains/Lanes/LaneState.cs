namespace Eip.Grains.Lanes;

/// <summary>
/// What a lane remembers beside the cases: the days for which a row may have been written, so that after a death no row of a day that has become
/// empty is left behind. Everything else follows from the cases.
/// </summary>
[GenerateSerializer]
[Alias("eip.LaneState")]
public sealed class LaneState
{
    /// <summary>The first day; meaningful when it is not after the last.</summary>
    [Id(0)]
    public int FirstDay { get; set; }

    /// <summary>The last day; before the first when there is none.</summary>
    [Id(1)]
    public int LastDay { get; set; } = -1;

    /// <summary>Every day from the first to the last; no property, which would be stored.</summary>
    public IEnumerable<int> Days() => Enumerable.Range(FirstDay, Math.Max(0, LastDay - FirstDay + 1));

    // Months at a time: the state is written once for many days.
    private const int Step = 128;

    /// <summary>Widens the range so that it holds these days; false when it does already.</summary>
    public bool Cover(int first, int last)
    {
        bool isEmpty = LastDay < FirstDay;
        if (!isEmpty && first >= FirstDay && last <= LastDay)
            return false;
        FirstDay = isEmpty ? first : Math.Min(FirstDay, first);
        LastDay = Math.Max(isEmpty ? last : LastDay, last > LastDay ? last + Step : last);
        return true;
    }
}

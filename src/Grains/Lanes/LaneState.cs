using Eip.Domain;

namespace Eip.Grains.Lanes;

/// <summary>
/// What a lane remembers beside the cases: the days for which a row may have been written, so that after a death no row of a day that has become
/// empty is left behind. Everything else follows from the cases.
/// </summary>
[GenerateSerializer]
[Alias("eip.LaneState")]
public sealed class LaneState
{
    // Months at a time: the state is written once for many days.
    private const int BlockDays = 128;

    /// <summary>The first day of those that an earlier release covered; meaningful when it is not after the last.</summary>
    [Id(0)]
    public int FirstDay { get; set; }

    /// <summary>The last of them; before the first when there is none.</summary>
    [Id(1)]
    public int LastDay { get; set; } = -1;

    /// <summary>
    /// Numbers of the blocks of days that are covered, ascending. Not one range: a promise may lie thousands of years ahead of all other days.
    /// </summary>
    [Id(2)]
    public int[] Blocks { get; set; } = [];

    /// <summary>Every day that is covered; no property, which would be stored.</summary>
    public IEnumerable<int> Days() => Enumerable.Range(FirstDay, Math.Max(0, LastDay - FirstDay + 1))
        .Concat(Blocks.SelectMany(static block => Enumerable.Range(block * BlockDays, BlockDays)))
        .Where(static day => day <= EventTime.MaxValue.DayNumber);

    /// <summary>Covers these days as well; false when they are covered already.</summary>
    public bool Cover(IEnumerable<int> days)
    {
        int[] missing = [.. days.Where(day => day < FirstDay || day > LastDay).Select(static day => day / BlockDays).Distinct().Except(Blocks)];
        if (missing.Length == 0)
            return false;
        Blocks = [.. Blocks.Concat(missing).Order()];
        return true;
    }
}

using System.Globalization;
using Eip.Pipeline.Ports;
using Eip.Pipeline.Text;

namespace Eip.Simulator.Faults;

/// <summary>
/// Trouble on purpose. What happens to an event follows from the seed and the event alone, so one seed gives the same trouble in every mode, range
/// and resumed run.
/// </summary>
public sealed record FaultPlan
{
    /// <summary>No trouble.</summary>
    public static readonly FaultPlan None = new();

    private static readonly TimeSpan MaxWindow = TimeSpan.FromDays(36_525);

    /// <summary>The share of events that come twice, 0 to 1; the second copy comes within <see cref="DuplicateWindow"/>.</summary>
    public double Duplicates { get; init; }

    /// <summary>Each event is held back by up to this much event time, so that events come out of order within the window.</summary>
    public TimeSpan Shuffle { get; init; }

    /// <summary>The share of events that are dropped, 0 to 1.</summary>
    public double Drop { get; init; }

    /// <summary>Whether the dropped events are sent after all others.</summary>
    public bool ThenResend { get; init; }

    /// <summary>By how much event time some events are held back.</summary>
    public TimeSpan Late { get; init; }

    /// <summary>The share of events that <see cref="Late"/> holds back, 0 to 1.</summary>
    public double LateShare { get; init; } = 0.05;

    /// <summary>The share of events that are preceded by a malformed line made from them, 0 to 1.</summary>
    public double Corrupt { get; init; }

    /// <summary>The seed of every decision.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The event time within which the second copy of an event follows the first: the shuffle window, and at least an hour.</summary>
    public TimeSpan DuplicateWindow => Shuffle > TimeSpan.FromHours(1) ? Shuffle : TimeSpan.FromHours(1);

    /// <summary>Whether there is no trouble at all.</summary>
    public bool IsNone => Duplicates == 0 && Shuffle == TimeSpan.Zero && Drop == 0 && Late == TimeSpan.Zero && Corrupt == 0;

    /// <summary>Whether every event arrives in the end.</summary>
    public bool DeliversEverything => Drop == 0 || ThenResend;

    /// <summary>Checks every part.</summary>
    /// <exception cref="ReplayRejectedException">A part is out of its range; the field names it.</exception>
    public void Validate()
    {
        CheckShare("duplicates", Duplicates);
        CheckShare("drop", Drop);
        CheckShare("lateShare", LateShare);
        CheckShare("corrupt", Corrupt);
        CheckWindow("shuffle", Shuffle);
        CheckWindow("late", Late);
        if (ThenResend && Drop == 0)
            throw new ReplayRejectedException("thenResend", "Nothing is dropped that could be sent again.");
    }

    /// <summary>The plan in one line, the same for equal plans.</summary>
    public override string ToString()
    {
        if (IsNone)
            return "none";
        var parts = new List<string>();
        if (Duplicates > 0)
            parts.Add($"duplicates {Share.Format(Duplicates)}");
        if (Shuffle > TimeSpan.Zero)
            parts.Add($"shuffle {DurationText.Format(Shuffle)}");
        if (Drop > 0)
            parts.Add($"drop {Share.Format(Drop)}{(ThenResend ? " then resend" : "")}");
        if (Late > TimeSpan.Zero)
            parts.Add($"late {DurationText.Format(Late)} for {Share.Format(LateShare)}");
        if (Corrupt > 0)
            parts.Add($"corrupt {Share.Format(Corrupt)}");
        return string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", parts)}, seed {Seed}");
    }

    private static void CheckShare(string field, double share)
    {
        if (!(share is >= 0 and <= 1))
            throw new ReplayRejectedException(field, $"{field} is a share from 0% to 100%, not {Share.Format(share)}.");
    }

    private static void CheckWindow(string field, TimeSpan window)
    {
        if (window < TimeSpan.Zero || window > MaxWindow)
            throw new ReplayRejectedException(field, $"{field} is a duration from 0s to {DurationText.Format(MaxWindow)}, not {DurationText.Format(window)}.");
    }
}

/// <summary>Shares as people type them: <c>5%</c>, <c>0.1%</c>.</summary>
public static class Share
{
    /// <summary>Reads a percentage; the sign is needed, so that 5 and 0.05 are not mistaken for each other.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="share">The share from 0 to 1; outside of it the plan complains.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out double share)
    {
        share = 0;
        text = text.Trim();
        if (!text.EndsWith("%") || !double.TryParse(text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out double percent) || double.IsNaN(percent))
            return false;
        share = percent / 100;
        return true;
    }

    /// <summary>A share as a percentage.</summary>
    public static string Format(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.######}%");
}

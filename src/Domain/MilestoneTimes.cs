using System.Runtime.CompilerServices;

namespace Eip.Domain;

/// <summary>The earliest event time of each milestone within one order (fulfillment-v1 §3).</summary>
public struct MilestoneTimes : IEquatable<MilestoneTimes>
{
    // Indexed by type, shifted by one second so that a zeroed slot means absent.
    private Slots slots;

    /// <summary>The earliest time of a milestone, or null when there is none.</summary>
    public readonly EventTime? this[EventType type] => slots[(int)type] == 0 ? null : new EventTime(slots[(int)type] - Shift);

    // The first second of the calendar becomes 1.
    private static long Shift => 1 - EventTime.MinValue.UnixSeconds;

    /// <summary>Takes note of an event; one that is no milestone leaves everything as it was.</summary>
    public void Observe(EventType type, EventTime at)
    {
        if (!type.IsMilestone())
            return;
        long shifted = at.UnixSeconds + Shift;
        ref long slot = ref slots[(int)type];
        if (slot == 0 || shifted < slot)
            slot = shifted;
    }

    /// <summary>Whole seconds between two milestones, or null when an end is missing or the result is negative.</summary>
    public readonly long? Seconds(EventType from, EventType to)
    {
        long start = slots[(int)from], end = slots[(int)to];
        return start == 0 || end < start ? null : end - start;
    }

    /// <inheritdoc/>
    public readonly bool Equals(MilestoneTimes other) => ((ReadOnlySpan<long>)slots).SequenceEqual(other.slots);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is MilestoneTimes other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(slots[1], slots[2], slots[4], slots[5], slots[6], slots[7]);

    /// <summary>Whether all times are equal.</summary>
    public static bool operator ==(MilestoneTimes left, MilestoneTimes right) => left.Equals(right);

    /// <summary>Whether some time differs.</summary>
    public static bool operator !=(MilestoneTimes left, MilestoneTimes right) => !left.Equals(right);

    [InlineArray((int)EventType.OrderCancelled + 1)]
    private struct Slots
    {
        private long first;
    }
}

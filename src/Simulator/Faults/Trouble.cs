using Eip.Domain;

namespace Eip.Simulator.Faults;

/// <summary>What a plan does to one event.</summary>
/// <param name="Dropped">It is left out of the first pass.</param>
/// <param name="Delay">Event seconds by which it is held back.</param>
/// <param name="DuplicateDelay">Event seconds by which its second copy is held back; null when there is none.</param>
/// <param name="CorruptionSeed">What its malformed line is made with; null when there is none.</param>
internal readonly record struct Trouble(bool Dropped, long Delay, long? DuplicateDelay, ulong? CorruptionSeed)
{
    /// <summary>Decides from the seed and the event's identity.</summary>
    public static Trouble Of(FaultPlan plan, in FulfillmentEvent @event)
    {
        var dice = new Dice(plan.Seed, @event);
        bool dropped = dice.Happens(1, plan.Drop);
        long delay = dice.UpTo(2, plan.Shuffle);
        if (plan.Late > TimeSpan.Zero && dice.Happens(3, plan.LateShare))
            delay += (long)plan.Late.TotalSeconds;
        long? duplicate = dice.Happens(4, plan.Duplicates) ? delay + dice.UpTo(5, plan.DuplicateWindow) : null;
        ulong? corruption = dice.Happens(6, plan.Corrupt) ? dice.Roll(7) : null;
        return new Trouble(dropped, delay, duplicate, corruption);
    }

    /// <summary>How many emissions of the whole replay the event accounts for.</summary>
    public int Emissions(FaultPlan plan)
    {
        if (Dropped)
            return plan.ThenResend ? 1 : 0;
        return 1 + (DuplicateDelay is null ? 0 : 1) + (CorruptionSeed is null ? 0 : 1);
    }

    // Counter-based: one hash of (seed, event, purpose), so that no decision depends on another or on what came before.
    private readonly struct Dice(ulong seed, in FulfillmentEvent @event)
    {
        private readonly ulong identity = Mix(
            Mix(seed ^ 0x6A09_E667_F3BC_C908) ^ @event.OrderId.StableHash() ^ ((ulong)@event.Type << 32) ^ ((ulong)@event.EventAt.UnixSeconds << 24));

        public ulong Roll(ulong purpose) => Mix(identity + (purpose * 0x9E37_79B9_7F4A_7C15));

        public bool Happens(ulong purpose, double share) => share > 0 && (Roll(purpose) >> 11) * (1.0 / (1UL << 53)) < share;

        public long UpTo(ulong purpose, TimeSpan window) =>
            window <= TimeSpan.Zero ? 0 : (long)(Roll(purpose) % ((ulong)window.TotalSeconds + 1));

        private static ulong Mix(ulong value)
        {
            value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
            value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
            return value ^ (value >> 31);
        }
    }
}

using Eip.Domain;

namespace Eip.Pipeline.Engine;

/// <summary>Brings the events of many cases into emission order: event time, order id, lifecycle rank (fulfillment-v1 §2).</summary>
internal static class EmissionOrder
{
    private const int RangeLength = 4_000_000;
    private const int TypeBits = 8 * sizeof(EventType);

    /// <summary>The events of cases that come in ascending order of order id.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="rangeLength">The most events sorted at a time, as far as days allow.</param>
    public static IEnumerable<FulfillmentEvent> Enumerate((Projector Projector, FulfillmentCase Case)[] cases, int rangeLength = RangeLength)
    {
        foreach (var (from, to) in Ranges(cases, rangeLength))
        {
            var keys = Keys(cases, from, to);
            keys.Sort();
            foreach (var key in keys)
            {
                if (Find(cases[key.Rank >> TypeBits], key) is { } @event)
                    yield return @event;
            }
        }
    }

    // Days, both ends included, that hold about so many events together.
    private static List<(int From, int To)> Ranges((Projector Projector, FulfillmentCase Case)[] cases, int rangeLength)
    {
        var days = new SortedDictionary<int, long>();
        foreach (var (projector, @case) in cases)
        {
            using (projector.Gate.EnterRead())
            {
                for (int i = 0; i < @case.EventCount; i++)
                {
                    int day = @case[i].EventAt.DayNumber;
                    days[day] = days.GetValueOrDefault(day) + 1;
                }
            }
        }

        var ranges = new List<(int From, int To)>();
        long length = 0;
        foreach (var (day, count) in days)
        {
            if (ranges.Count > 0 && length + count <= rangeLength)
            {
                ranges[^1] = (ranges[^1].From, day);
                length += count;
            }
            else
            {
                ranges.Add((day, day));
                length = count;
            }
        }

        return ranges;
    }

    private static List<Key> Keys((Projector Projector, FulfillmentCase Case)[] cases, int from, int to)
    {
        var keys = new List<Key>();
        for (int index = 0; index < cases.Length; index++)
        {
            var (projector, @case) = cases[index];
            using (projector.Gate.EnterRead())
            {
                for (int i = 0; i < @case.EventCount; i++)
                {
                    var @event = @case[i];
                    int day = @event.EventAt.DayNumber;
                    if (day >= from && day <= to)
                        keys.Add(new Key(@event.EventAt.UnixSeconds, ((long)index << TypeBits) | (long)@event.Type));
                }
            }
        }

        return keys;
    }

    // By identity, as further events may have moved it within its case.
    private static FulfillmentEvent? Find((Projector Projector, FulfillmentCase Case) owner, Key key)
    {
        using (owner.Projector.Gate.EnterRead())
        {
            for (int i = 0; i < owner.Case.EventCount; i++)
            {
                var @event = owner.Case[i];
                if (@event.EventAt.UnixSeconds == key.At && (long)@event.Type == (key.Rank & ((1L << TypeBits) - 1)))
                    return @event;
            }
        }

        return null;
    }

    private readonly record struct Key(long At, long Rank) : IComparable<Key>
    {
        public int CompareTo(Key other) => At != other.At ? At.CompareTo(other.At) : Rank.CompareTo(other.Rank);
    }
}

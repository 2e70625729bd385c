using Eip.Domain;

namespace Eip.Simulator.Synthetic;

/// <summary>
/// When orders are placed: by month, weekday, hour and a few great days, over the two years that Olist covers. The weights are counts over some 5,600
/// of its orders. The n-th order of N lies at about n/N of all that is bought, so that orders come in order of time whatever their number.
/// </summary>
internal sealed class Calendar
{
    private const int FractionBits = 16;
    private const int SecondsPerHour = 3600;

    // September 2016 to October 2018: orders, and transit and promised times in percent of the usual.
    private static readonly (int Orders, int Transit, int Promise)[] Months =
    [
        (3, 100, 128), (53, 100, 155), (0, 100, 100), (0, 100, 100), (64, 98, 107), (152, 110, 102), (187, 99, 97), (141, 116, 104), (235, 98, 100),
        (185, 101, 102), (241, 98, 97), (255, 98, 100), (234, 102, 98), (249, 102, 98), (466, 118, 97), (319, 130, 111), (413, 110, 109), (371, 140, 102),
        (418, 122, 93), (378, 98, 100), (317, 99, 96), (273, 82, 109), (326, 81, 92), (342, 67, 75), (10, 68, 78), (3, 68, 78),
    ];

    // Monday to Sunday.
    private static readonly int[] Weekdays = [936, 862, 886, 852, 821, 622, 656];

    private static readonly int[] Hours = [141, 74, 29, 18, 6, 11, 36, 74, 151, 255, 381, 382, 383, 353, 356, 344, 367, 357, 308, 349, 378, 332, 309, 241];

    private static readonly DateOnly FirstDay = new(2016, 9, 1);

    private readonly long[] upTo;
    private readonly EventTime start = EventTime.StartOf(FirstDay);
    private readonly byte[] monthOfDay;

    /// <summary>The calendar.</summary>
    public Calendar()
    {
        var hours = new List<long>();
        var months = new List<byte>();
        long sum = 0;
        for (int month = 0; month < Months.Length; month++)
        {
            var first = FirstDay.AddMonths(month);
            int days = DateTime.DaysInMonth(first.Year, first.Month);
            long all = Enumerable.Range(0, days).Sum(day => DayWeight(first.AddDays(day)));
            for (int day = 0; day < days; day++)
            {
                months.Add((byte)month);
                long weight = Months[month].Orders * 100_000_000L * DayWeight(first.AddDays(day)) / all;
                foreach (int hour in Hours)
                    hours.Add(sum += weight * hour / Hours.Sum());
            }
        }

        upTo = [.. hours];
        monthOfDay = [.. months];
    }

    /// <summary>The moment after which nothing is known, as if the data set had been taken then.</summary>
    public static EventTime TakenAt { get; } = EventTime.Parse("2018-10-17T17:30:18Z");

    /// <summary>When an order is placed; later orders are never placed earlier.</summary>
    public long PurchaseTime(long order, long orders, ref OrderRandom random)
    {
        var at = ((UInt128)order << FractionBits) + (random.Place() >> (32 - FractionBits));
        long target = (long)(at * (ulong)upTo[^1] / ((UInt128)orders << FractionBits));
        int hour = Array.BinarySearch(upTo, target);
        // The first hour whose sum lies beyond the target; hours in which nothing is bought have the sum of those before.
        hour = hour < 0 ? ~hour : hour + 1;
        while (upTo[hour] == target)
            hour++;
        long before = hour == 0 ? 0 : upTo[hour - 1];
        long second = (target - before) * SecondsPerHour / (upTo[hour] - before);
        return start.UnixSeconds + ((long)hour * SecondsPerHour) + second;
    }

    /// <summary>Transit and promised times of orders placed then, in percent of the usual.</summary>
    public (int Transit, int Promise) PaceAt(long time)
    {
        var month = Months[monthOfDay[(time - start.UnixSeconds) / EventTime.SecondsPerDay]];
        return (month.Transit, month.Promise);
    }

    /// <summary>0 on Mondays to 6 on Sundays.</summary>
    public static int Weekday(long time) => (int)(((time / EventTime.SecondsPerDay) + 3) % 7);

    // Black Friday of 2017 and the days after it; nothing from the day on which the data set was taken.
    private static long DayWeight(DateOnly day) => day >= TakenAt.Date ? 0 : Weekdays[((int)day.DayOfWeek + 6) % 7] * (day.DayNumber - new DateOnly(2017, 11, 24).DayNumber) switch
    {
        0 => 35,
        1 => 24,
        2 => 19,
        _ => 10,
    };
}

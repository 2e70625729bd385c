using Eip.Domain;

namespace Eip.Simulator.Olist;

/// <summary>Times as the CSVs have them, <c>yyyy-MM-dd HH:mm:ss</c>, read as UTC (fulfillment-v1 §2).</summary>
internal static class OlistTime
{
    /// <summary>Length of a time in bytes.</summary>
    public const int Length = 19;

    /// <summary>Reads a time as Unix seconds.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long unixSeconds)
    {
        unixSeconds = 0;
        if (text.Length != Length || text[4] != '-' || text[7] != '-' || text[10] != ' ' || text[13] != ':' || text[16] != ':')
            return false;
        int century = Two(text, 0), years = Two(text, 2), month = Two(text, 5), day = Two(text, 8);
        int hour = Two(text, 11), minute = Two(text, 14), second = Two(text, 17);
        int year = (century * 100) + years;
        if ((century | years | month | day | hour | minute | second) < 0 || year < 1 || (uint)(month - 1) > 11 || day < 1
            || (day > 28 && day > DateTime.DaysInMonth(year, month)) || hour > 23 || minute > 59 || second > 59)
            return false;
        unixSeconds = (DaysSinceEpoch(year, month, day) * EventTime.SecondsPerDay) + (hour * 3600) + (minute * 60) + second;
        return true;
    }

    // Counting years from March puts the leap day at their end, so that a month's first day is linear in the month.
    private static long DaysSinceEpoch(int year, int month, int day)
    {
        int shifted = month > 2 ? year : year - 1;
        int dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9)) + 2) / 5) + day - 1;
        return (365L * shifted) + (shifted / 4) - (shifted / 100) + (shifted / 400) + dayOfYear - 719_468;
    }

    private static int Two(ReadOnlySpan<byte> text, int at)
    {
        uint tens = (uint)(text[at] - '0'), units = (uint)(text[at + 1] - '0');
        return tens > 9 || units > 9 ? int.MinValue : (int)((tens * 10) + units);
    }
}

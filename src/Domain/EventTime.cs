using System.Buffers.Text;

namespace Eip.Domain;

/// <summary>A moment in event time: UTC, whole seconds, years 0001 to 9999 (fulfillment-v1 §1).</summary>
/// <param name="UnixSeconds">Seconds since 1970-01-01T00:00:00Z.</param>
public readonly record struct EventTime(long UnixSeconds) : IComparable<EventTime>
{
    /// <summary>Length of the contract's form <c>yyyy-MM-ddTHH:mm:ssZ</c>, in characters and in UTF-8 bytes.</summary>
    public const int TextLength = 20;

    /// <summary>Seconds in a UTC day.</summary>
    public const int SecondsPerDay = 86_400;

    private const long UnixEpochSeconds = 62_135_596_800;

    /// <summary>0001-01-01T00:00:00Z.</summary>
    public static readonly EventTime MinValue = new(-UnixEpochSeconds);

    /// <summary>9999-12-31T23:59:59Z.</summary>
    public static readonly EventTime MaxValue = new(253_402_300_799);

    /// <summary>The UTC day that this moment lies in; the first or last one of event time when arithmetic led beyond.</summary>
    public DateOnly Date => DateOnly.FromDayNumber(DayNumber);

    /// <summary>The UTC day as <see cref="DateOnly.DayNumber"/>.</summary>
    public int DayNumber => (int)((Bounded + UnixEpochSeconds) / SecondsPerDay);

    /// <summary>The first second of a UTC day.</summary>
    public static EventTime StartOf(DateOnly date) => new(((long)date.DayNumber * SecondsPerDay) - UnixEpochSeconds);

    /// <summary>The moment rounded down to a whole second.</summary>
    public static EventTime From(DateTimeOffset moment) => new(moment.ToUnixTimeSeconds());

    /// <summary>The same moment as a <see cref="DateTimeOffset"/> in UTC.</summary>
    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.FromUnixTimeSeconds(Bounded);

    /// <summary>Reads the contract's form, <c>yyyy-MM-ddTHH:mm:ssZ</c>, and nothing else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out EventTime time)
    {
        time = default;
        return text.Length == TextLength && text[10] == 'T' && text[19] == 'Z' && TryParseParts(text[..10], text[11..19], out time);
    }

    /// <summary>Reads a date <c>yyyy-MM-dd</c> and a time of day <c>HH:mm:ss</c>, both of exactly that form.</summary>
    public static bool TryParseParts(ReadOnlySpan<char> date, ReadOnlySpan<char> timeOfDay, out EventTime time)
    {
        time = default;
        if (date.Length != 10 || timeOfDay.Length != 8 || date[4] != '-' || date[7] != '-' || timeOfDay[2] != ':' || timeOfDay[5] != ':')
            return false;
        int year = (Two(date, 0) * 100) + Two(date, 2), month = Two(date, 5), day = Two(date, 8);
        int hour = Two(timeOfDay, 0), minute = Two(timeOfDay, 3), second = Two(timeOfDay, 6);
        if ((year | month | day | hour | minute | second) < 0 || date[2] is < '0' or > '9' || year < 1 || month is < 1 or > 12
            || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return false;
        time = new EventTime(StartOf(new DateOnly(year, month, day)).UnixSeconds + (hour * 3600) + (minute * 60) + second);
        return true;
    }

    /// <summary>Reads the contract's form.</summary>
    /// <exception cref="FormatException">The text is not of the form <c>yyyy-MM-ddTHH:mm:ssZ</c>.</exception>
    public static EventTime Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var time) ? time : throw new FormatException($"'{text}' is not a time of the form yyyy-MM-ddTHH:mm:ssZ.");

    /// <summary>Writes the contract's form in UTF-8; <paramref name="destination"/> holds at least <see cref="TextLength"/> bytes.</summary>
    public void Format(Span<byte> destination)
    {
        long seconds = Bounded + UnixEpochSeconds;
        var date = DateOnly.FromDayNumber((int)(seconds / SecondsPerDay));
        int rest = (int)(seconds % SecondsPerDay);
        Utf8Formatter.TryFormat(date.Year, destination, out _, new System.Buffers.StandardFormat('D', 4));
        destination[4] = (byte)'-';
        Two(destination[5..], date.Month);
        destination[7] = (byte)'-';
        Two(destination[8..], date.Day);
        destination[10] = (byte)'T';
        Two(destination[11..], rest / 3600);
        destination[13] = (byte)':';
        Two(destination[14..], rest / 60 % 60);
        destination[16] = (byte)':';
        Two(destination[17..], rest % 60);
        destination[19] = (byte)'Z';
    }

    /// <summary>The contract's form, <c>yyyy-MM-ddTHH:mm:ssZ</c>.</summary>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[TextLength];
        Format(text);
        return System.Text.Encoding.ASCII.GetString(text);
    }

    /// <inheritdoc/>
    public int CompareTo(EventTime other) => UnixSeconds.CompareTo(other.UnixSeconds);

    /// <summary>Seconds from <paramref name="right"/> to <paramref name="left"/>.</summary>
    public static long operator -(EventTime left, EventTime right) => left.UnixSeconds - right.UnixSeconds;

    /// <summary>The moment some seconds later.</summary>
    public static EventTime operator +(EventTime left, long seconds) => new(left.UnixSeconds + seconds);

    /// <summary>Whether the left moment comes first.</summary>
    public static bool operator <(EventTime left, EventTime right) => left.UnixSeconds < right.UnixSeconds;

    /// <summary>Whether the left moment comes last.</summary>
    public static bool operator >(EventTime left, EventTime right) => left.UnixSeconds > right.UnixSeconds;

    /// <summary>Whether the left moment does not come last.</summary>
    public static bool operator <=(EventTime left, EventTime right) => left.UnixSeconds <= right.UnixSeconds;

    /// <summary>Whether the left moment does not come first.</summary>
    public static bool operator >=(EventTime left, EventTime right) => left.UnixSeconds >= right.UnixSeconds;

    // The end of a period, or what lies a while before, may be no moment of event time; it has its place among moments, and is written as the nearest one.
    private long Bounded => Math.Clamp(UnixSeconds, MinValue.UnixSeconds, MaxValue.UnixSeconds);

    // Negative when a character is not a digit.
    private static int Two(ReadOnlySpan<char> text, int at)
    {
        uint tens = (uint)(text[at] - '0'), units = (uint)(text[at + 1] - '0');
        return tens > 9 || units > 9 ? -1_000 : (int)((tens * 10) + units);
    }

    private static void Two(Span<byte> destination, int value)
    {
        destination[0] = (byte)('0' + (value / 10));
        destination[1] = (byte)('0' + (value % 10));
    }
}

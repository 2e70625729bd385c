using System.Text;

namespace Eip.Pipeline.Ports;

/// <summary>
/// The one recipe of letters' ids, <c>moment-number-source</c> in hexadecimal digits of fixed lengths, so that their ordinal order is their age wherever
/// they come from: milliseconds since 1970, a number that grows within the source, and the source.
/// </summary>
public static class DeadLetterId
{
    private const long LastMoment = (1L << 48) - 1;
    private static readonly ulong Process = (ulong)Random.Shared.NextInt64();
    private static long sequence;

    /// <summary>A new id: later ones of this process come after it, as far as the clock does not go back.</summary>
    public static string Next(DateTimeOffset at) => Of(at, Interlocked.Increment(ref sequence), Process);

    /// <summary>The id of a place in a source, the same however often it is asked for, so that setting a place aside twice makes one letter.</summary>
    /// <param name="at">When the place was written; moments before 1970 count as 1970.</param>
    /// <param name="source">The source, such as a topic's partition.</param>
    /// <param name="position">The place, not negative.</param>
    public static string Of(DateTimeOffset at, string source, long position) => Of(at, position, SourceOf(source));

    private static string Of(DateTimeOffset at, long number, ulong source) => string.Create(
        null, stackalloc char[64], $"{Math.Clamp(at.ToUnixTimeMilliseconds(), 0, LastMoment):x12}-{number:x16}-{source:x16}");

    private static ulong SourceOf(string source)
    {
        // FNV-1a: it has to be the same in every process.
        ulong hash = 14_695_981_039_346_656_037;
        foreach (byte value in Encoding.UTF8.GetBytes(source))
            hash = (hash ^ value) * 1_099_511_628_211;
        return hash;
    }
}

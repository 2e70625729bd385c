using System.Text;

namespace Eip.Pipeline.Log;

/// <summary>
/// One string for payload extras that come again and again, such as those of inferred cancellations. A slot holds the last text that fell into it;
/// a race between readers costs an allocation and nothing else.
/// </summary>
internal static class ExtrasCache
{
    private const int SlotCount = 1024, MaxLength = 256;
    private static readonly Entry?[] Slots = new Entry?[SlotCount];

    public static string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxLength)
            return Encoding.UTF8.GetString(utf8);
        uint slot = Crc32C.Of(utf8) % SlotCount;
        var entry = Volatile.Read(ref Slots[slot]);
        if (entry is null || !utf8.SequenceEqual(entry.Utf8))
        {
            entry = new Entry(utf8.ToArray(), Encoding.UTF8.GetString(utf8));
            Volatile.Write(ref Slots[slot], entry);
        }

        return entry.Text;
    }

    private sealed record Entry(byte[] Utf8, string Text);
}

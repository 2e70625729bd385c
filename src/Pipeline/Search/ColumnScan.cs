using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Eip.Pipeline.Search;

/// <summary>Comparisons of sixty-four neighbouring values of a column at a time; the answer has a bit for each.</summary>
internal static class ColumnScan
{
    /// <summary>The values of one word of ordinals that lie between two bounds, both included.</summary>
    public static ulong Between(ReadOnlySpan<long> column, int word, long min, long max) =>
        KeysBetween(column, word, flip: 0, shift: 0, min, max);

    /// <summary>The values of one word of ordinals whose sort key, <c>(value ^ flip) - shift</c>, lies between two bounds, both included.</summary>
    public static ulong KeysBetween(ReadOnlySpan<long> column, int word, long flip, long shift, long min, long max)
    {
        ref long start = ref MemoryMarshal.GetReference(column.Slice(word * 64, 64));
        return Vector512.IsHardwareAccelerated
            ? KeysBetween512(ref start, flip, shift, min, max)
            : KeysBetween256(ref start, flip, shift, min, max);
    }

    /// <summary>The values of one word of ordinals that equal another.</summary>
    public static ulong EqualTo(ReadOnlySpan<int> column, int word, int value)
    {
        ref int start = ref MemoryMarshal.GetReference(column.Slice(word * 64, 64));
        var wanted = Vector256.Create(value);
        ulong bits = 0;
        for (int i = 0; i < 64; i += Vector256<int>.Count)
            bits |= (ulong)Vector256.Equals(Vector256.LoadUnsafe(ref start, (nuint)i), wanted).ExtractMostSignificantBits() << i;
        return bits;
    }

    private static ulong KeysBetween512(ref long start, long flip, long shift, long min, long max)
    {
        Vector512<long> flips = Vector512.Create(flip), shifts = Vector512.Create(shift), low = Vector512.Create(min), high = Vector512.Create(max);
        ulong bits = 0;
        for (int i = 0; i < 64; i += Vector512<long>.Count)
        {
            var keys = (Vector512.LoadUnsafe(ref start, (nuint)i) ^ flips) - shifts;
            var inside = Vector512.GreaterThanOrEqual(keys, low) & Vector512.LessThanOrEqual(keys, high);
            bits |= inside.ExtractMostSignificantBits() << i;
        }

        return bits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong KeysBetween256(ref long start, long flip, long shift, long min, long max)
    {
        Vector256<long> flips = Vector256.Create(flip), shifts = Vector256.Create(shift), low = Vector256.Create(min), high = Vector256.Create(max);
        ulong bits = 0;
        for (int i = 0; i < 64; i += Vector256<long>.Count)
        {
            var keys = (Vector256.LoadUnsafe(ref start, (nuint)i) ^ flips) - shifts;
            var inside = Vector256.GreaterThanOrEqual(keys, low) & Vector256.LessThanOrEqual(keys, high);
            bits |= (ulong)inside.ExtractMostSignificantBits() << i;
        }

        return bits;
    }
}

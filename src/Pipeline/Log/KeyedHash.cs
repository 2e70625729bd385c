using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Eip.Pipeline.Log;

/// <summary>
/// SipHash-1-3 with a key of this process. Nobody outside can choose values that hash alike, and 128 bits of it tell any number of values apart that a
/// log can hold.
/// </summary>
internal struct KeyedHash
{
    private static readonly ulong FirstKey = NewKey(), SecondKey = NewKey();
    private ulong v0, v1, v2, v3;

    /// <summary>A hash that nothing was taken into.</summary>
    public static KeyedHash Begin() => new()
    {
        v0 = FirstKey ^ 0x736F_6D65_7073_6575,
        v1 = SecondKey ^ 0x646F_7261_6E64_6F6D ^ 0xEE,
        v2 = FirstKey ^ 0x6C79_6765_6E65_7261,
        v3 = SecondKey ^ 0x7465_6462_7974_6573,
    };

    /// <summary>Takes a word in.</summary>
    public void Add(ulong word)
    {
        v3 ^= word;
        Round();
        v0 ^= word;
    }

    /// <summary>Takes bytes and their number in.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add((ulong)bytes.Length);
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
            Add(word);
        ulong rest = 0;
        foreach (byte value in bytes[(bytes.Length & ~7)..])
            rest = (rest << 8) | value;
        Add(rest);
    }

    /// <summary>The hash of all that was taken in.</summary>
    public UInt128 Finish()
    {
        v2 ^= 0xEE;
        for (int i = 0; i < 3; i++)
            Round();
        ulong first = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xDD;
        for (int i = 0; i < 3; i++)
            Round();
        return new UInt128(first, v0 ^ v1 ^ v2 ^ v3);
    }

    private void Round()
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }

    private static ulong NewKey() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
}

using System.Buffers.Binary;
using System.Numerics;

namespace Eip.Pipeline.Log;

/// <summary>CRC-32C (Castagnoli), which processors compute in hardware.</summary>
internal static class Crc32C
{
    public const uint Seed = uint.MaxValue;

    /// <summary>Takes bytes into a checksum that began with <see cref="Seed"/>; its complement is the checksum that is stored.</summary>
    public static uint Update(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return crc;
    }

    public static uint Of(ReadOnlySpan<byte> bytes) => ~Update(Seed, bytes);
}

using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Eip.Simulator.Olist;

/// <summary>Tells one state of a data set, and one set of rules for it, from another without reading it whole.</summary>
public static class DataSetFingerprint
{
    private const int SampleLength = 64 * 1024;

    /// <summary>
    /// SHA-256 over the rules by which events are derived, as a version, and the length, the time of last change and the first and last 64 KiB of each required file, as lower-case hexadecimal text.
    /// </summary>
    /// <exception cref="DataSetException">The folder or a required file is missing or cannot be read.</exception>
    public static string Of(string directory)
    {
        OlistFile.CheckAll(directory);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] sample = new byte[SampleLength];
        BinaryPrimitives.WriteInt32LittleEndian(sample, PreparedHistoryFile.Version);
        hash.AppendData(sample, 0, sizeof(int));
        foreach (var file in OlistFile.Required)
        {
            string path = file.In(directory);
            try
            {
                using var handle = File.OpenHandle(path);
                long length = RandomAccess.GetLength(handle);
                BinaryPrimitives.WriteInt64LittleEndian(sample, length);
                BinaryPrimitives.WriteInt64LittleEndian(sample.AsSpan(8), File.GetLastWriteTimeUtc(handle).Ticks);
                hash.AppendData(sample, 0, 16);
                hash.AppendData(sample, 0, RandomAccess.Read(handle, sample, 0));
                hash.AppendData(sample, 0, RandomAccess.Read(handle, sample, Math.Max(0, length - SampleLength)));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new DataSetException($"{path} cannot be read: {exception.Message}", path, null, exception);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

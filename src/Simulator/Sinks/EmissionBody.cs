using System.Buffers;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Eip.Domain;
using Eip.Simulator.Replay;

namespace Eip.Simulator.Sinks;

/// <summary>Emissions as the body of a request: one line each, packed with gzip.</summary>
internal static class EmissionBody
{
    /// <summary>Packs emissions.</summary>
    public static byte[] Pack(ReadOnlySpan<Emission> emissions)
    {
        var lines = new ArrayBufferWriter<byte>((emissions.Length * 320) + 64);
        using (var writer = new Utf8JsonWriter(lines))
        {
            foreach (ref readonly var emission in emissions)
            {
                if (emission.Malformed is { } text)
                {
                    Encoding.UTF8.GetBytes(text, lines);
                }
                else
                {
                    EventJson.Write(writer, emission.Event);
                    writer.Flush();
                    writer.Reset();
                }

                lines.Write("\n"u8);
            }
        }

        using var packed = new MemoryStream(lines.WrittenCount / 3);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(lines.WrittenSpan);
        return packed.ToArray();
    }
}

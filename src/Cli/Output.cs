using System.Buffers;
using System.CommandLine;
using System.Text.Json;
using Eip.Cli.CommandLine;
using Eip.Domain;

namespace Eip.Cli;

/// <summary>How results leave the program: as rows to standard output or a file, or as text for people.</summary>
internal static class Output
{
    /// <summary>The file named, written whole or not at all, or standard output.</summary>
    public static RowFile Open(string? file) => new(file);

    public static Option<string?> File() => Values.Path("--out", "FILE", "File to write; standard output (-) by default.", isFolder: false);

    public static Option<string?> Format() => Values.Word("--format", "csv or jsonl.", "csv", "csv", "jsonl");

    /// <summary>Writes one JSON object and a line feed.</summary>
    public static void WriteJsonLine(IBufferWriter<byte> output, Action<Utf8JsonWriter> fields)
    {
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            fields(writer);
            writer.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>Writes one event as a line of the contract's JSON.</summary>
    public static void WriteJsonLine(IBufferWriter<byte> output, in FulfillmentEvent @event)
    {
        using (var writer = new Utf8JsonWriter(output))
            EventJson.Write(writer, @event);
        output.Write("\n"u8);
    }
}

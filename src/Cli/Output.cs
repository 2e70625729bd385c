using System.Buffers;
using System.CommandLine;
using System.Text.Json;
using Eip.Domain;
using Spectre.Console;

namespace Eip.Cli;

/// <summary>How results leave the program: as rows to standard output or a file, or as text for people.</summary>
internal static class Output
{
    private const int PlainWidth = 140;

    /// <summary>Standard output for people; without colours and as wide as the content when it is not a terminal.</summary>
    public static IAnsiConsole Console { get; } = CreateConsole();

    /// <summary>The file named, written whole or not at all, or standard output.</summary>
    public static RowFile Open(string? file) => new(file is "-" or "" ? null : file);

    public static Option<string?> File() => new("--out")
    {
        Description = "File to write; standard output by default.",
        HelpName = "FILE",
    };

    public static Option<string> Format()
    {
        var option = new Option<string>("--format") { Description = "csv or jsonl.", DefaultValueFactory = _ => "csv" };
        option.AcceptOnlyFromAmong("csv", "jsonl");
        return option;
    }

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

    private static IAnsiConsole CreateConsole()
    {
        if (!System.Console.IsOutputRedirected)
            return AnsiConsole.Console;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        console.Profile.Width = PlainWidth;
        return console;
    }
}

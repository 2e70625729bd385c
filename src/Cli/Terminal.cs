using System.Text;
using Eip.Pipeline.Text;
using Spectre.Console;

namespace Eip.Cli;

/// <summary>Standard output and error. What comes from outside is escaped on its way to a terminal, and on its way to standard error always.</summary>
internal static class Terminal
{
    /// <summary>Standard error as it is, for lines that are written over.</summary>
    public static TextWriter RawError { get; } = Console.Error;

    private static TextWriter RawOutput { get; } = Console.Out;

    /// <summary>Standard output for people; without colours, and as wide as the content, when it is not a terminal.</summary>
    public static IAnsiConsole Output { get; } = Create(RawOutput, isTerminal: !Console.IsOutputRedirected);

    /// <summary>Standard error for a picture that changes.</summary>
    public static IAnsiConsole Error { get; } = Create(RawError, isTerminal: !Console.IsErrorRedirected);

    /// <summary>Whether lines of standard error can be written over.</summary>
    public static bool CanRewriteError { get; } =
        !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb";

    /// <summary>Puts the escaping in place; before anything is written.</summary>
    public static void Guard()
    {
        Console.SetError(new PrintableWriter(RawError));
        if (!Console.IsOutputRedirected)
            Console.SetOut(new PrintableWriter(RawOutput));
    }

    private static IAnsiConsole Create(TextWriter writer, bool isTerminal) => AnsiConsole.Create(isTerminal
        ? new AnsiConsoleSettings { Out = new Writer(writer, isTerminal) }
        : new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new Writer(writer, isTerminal) });

    private sealed class Writer(TextWriter writer, bool isTerminal) : IAnsiConsoleOutput
    {
        private const int NoLimit = short.MaxValue;

        TextWriter IAnsiConsoleOutput.Writer => writer;

        public bool IsTerminal => isTerminal;

        public int Width => isTerminal && Console.WindowWidth is > 0 and var width ? width : NoLimit;

        public int Height => isTerminal && Console.WindowHeight is > 0 and var height ? height : 25;

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}

using System.Text.RegularExpressions;

namespace Eip.Cli.CommandLine;

/// <summary>Command lines that a user is to type: they name the program as it was called.</summary>
internal static partial class CommandLineText
{
    /// <summary>The environment variable in which the script <c>eip</c> tells how it was called.</summary>
    public const string Variable = "EIP_COMMAND";

    /// <summary>What to type for the program.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } called ? Quoted(called) : "./eip";

    /// <summary>A command line of this program.</summary>
    public static string Of(string arguments) => $"{Program} {arguments}";

    /// <summary>An example, in which the program is called <c>eip</c>, with the name that it was called by.</summary>
    public static string Example(string line) => Call().Replace(line, Program.Replace("$", "$$", StringComparison.Ordinal) + " ");

    /// <summary>The command line that is running, as somebody would type it again.</summary>
    public static string Again() =>
        Of(string.Join(' ', Environment.GetCommandLineArgs().Skip(1).Where(static argument => argument != "--restart").Select(Quoted)));

    /// <summary>A value as a shell takes it.</summary>
    public static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(static letter => char.IsAsciiLetterOrDigit(letter) || "-_./:%=,".Contains(letter))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex("(?<=^| )eip (?=[a-z])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Call();
}

namespace Eip.Cli.Replays;

/// <summary>The command line that is running, as somebody would type it again.</summary>
internal static class CommandLineText
{
    public static string Again() =>
        "eip " + string.Join(' ', Environment.GetCommandLineArgs().Skip(1).Where(static argument => argument != "--restart").Select(Quoted));

    /// <summary>A value as a shell takes it.</summary>
    public static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(static letter => char.IsAsciiLetterOrDigit(letter) || "-_./:%=,".Contains(letter))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

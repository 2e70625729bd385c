using System.Diagnostics;

namespace Eip.Cli.Tests;

/// <summary>Runs the command line as a user does: as a process of its own.</summary>
internal static class CommandLine
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static Outcome Run(string home, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "eip.dll"));
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["EIP_HOME"] = home;
        start.Environment.Remove("EIP_POSTGRES");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.WaitForExit(Patience).ShouldBeTrue($"eip {string.Join(' ', arguments)} does not end");
        return new Outcome(process.ExitCode, output.Result, error.Result);
    }
}

/// <summary>What a command left.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error);

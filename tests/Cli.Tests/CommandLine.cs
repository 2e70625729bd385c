using System.Diagnostics;

namespace Eip.Cli.Tests;

/// <summary>Runs the command line as a user does: as a process of its own.</summary>
internal static class CommandLine
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static Outcome Run(string home, params string[] arguments)
    {
        using var process = Start(home, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.WaitForExit(Patience).ShouldBeTrue($"eip {string.Join(' ', arguments)} does not end");
        return new Outcome(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Kills the process after a while, unless it has ended by itself.</summary>
    public static void RunAndKill(string home, TimeSpan life, params string[] arguments)
    {
        using var process = Start(home, arguments);
        var read = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(life))
            process.Kill();
        process.WaitForExit(Patience).ShouldBeTrue("a killed process does not end");
        read.Wait(Patience).ShouldBeTrue("the output of a killed process does not end");
    }

    /// <summary>Starts a command that goes on; the caller ends it.</summary>
    public static Process Start(string home, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "eip.dll"));
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["EIP_HOME"] = home;
        foreach (string name in new[] { "EIP_POSTGRES", "EIP_KAFKA", "EIP_COMMAND" })
            start.Environment.Remove(name);
        return Process.Start(start)!;
    }
}

/// <summary>What a command left.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error);

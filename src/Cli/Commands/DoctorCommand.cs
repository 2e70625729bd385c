using System.CommandLine;
using System.Runtime.InteropServices;
using Eip.Cli.CommandLine;
using Eip.Cli.Replays;
using Eip.Pipeline;
using Eip.Pipeline.Log;
using Eip.Pipeline.Ports;

namespace Eip.Cli.Commands;

/// <summary><c>eip doctor</c>: checks what the other commands need.</summary>
internal static class DoctorCommand
{
    private const long LeastFreeBytes = 1L << 30;

    public static Command Create() => new Command("doctor", "Checks the runtime, the home, its lock, the disk, and every record of the log.")
        .WithExamples("eip doctor", "eip doctor --home /var/lib/eip")
        .Runs(Run);

    private static int Run(ParseResult parsed)
    {
        var home = OpenedHome.Of(parsed);
        bool sound = true;
        foreach (var (state, subject, finding) in Checks(home))
        {
            sound &= state != "bad";
            Console.WriteLine($"{state,-4}  {subject,-8}  {finding}");
        }

        return sound ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static IEnumerable<(string State, string Subject, string Finding)> Checks(Home home)
    {
        yield return ("ok", "versions", $"eip {typeof(DoctorCommand).Assembly.GetName().Version?.ToString(3)}, .NET {Environment.Version}, {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors");
        yield return Writable(home.Path);
        yield return Disk(home.Path);
        if (!Directory.Exists(home.Log))
        {
            yield return ("ok", "lock", "nobody writes; there is no log yet");
            yield return ("ok", "log", $"there is none yet; fill it with: {CommandLineText.Of("backfill --data DIR")}; or look around in a home of its own: {CommandLineText.Of("demo")}");
            yield break;
        }

        yield return EventLog.WriterOf(home.Log) switch
        {
            null => ("ok", "lock", "nobody writes to the log"),
            0 => ("note", "lock", "another process writes to the log"),
            { } writer => ("note", "lock", $"process {writer} writes to the log"),
        };
        foreach (var finding in Log(home))
            yield return finding;
        if (DataSetsText.Note(home) is { } note)
            yield return ("note", "data", note);
    }

    private static (string, string, string) Writable(string path)
    {
        string existing = Existing(path);
        string probe = Path.Combine(existing, $".eip-doctor-{Environment.ProcessId}");
        try
        {
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return ("ok", "home", existing == path ? path : $"{path} (to be made)");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ("bad", "home", $"{existing} cannot be written to: {exception.Message}");
        }
    }

    // The nearest folder above that is there, where the home is not yet.
    private static string Existing(string path)
    {
        string existing = path;
        while (!Directory.Exists(existing))
            existing = Path.GetDirectoryName(existing) ?? Path.GetPathRoot(path)!;
        return existing;
    }

    private static (string, string, string) Disk(string path)
    {
        var drive = new DriveInfo(Existing(path));
        string finding = $"{drive.AvailableFreeSpace / 1e9:N1} GB free; a million orders take about 0.5 GB";
        return (drive.AvailableFreeSpace < LeastFreeBytes ? "bad" : "ok", "disk", finding);
    }

    private static (string, string, string)[] Log(Home home)
    {
        LogExamination found;
        try
        {
            found = EventLog.Examine(home.Log);
        }
        catch (IOException exception)
        {
            return [("bad", "log", exception.Message), Remedy];
        }

        (string, string, string)[] damages = [.. found.Damages.Select(static damage => ("bad", "log", damage.ToString()))];
        (string, string, string)[] notes = [.. found.Notes.Select(static note => ("bad", "log", $"{note}; the next process that writes the log replaces it"))];
        if (damages.Length == 0)
            return [("ok", "log", $"{found.Events:N0} events in {found.Partitions} partitions, every record as it was written"), .. notes, .. Dates(home)];
        string sum = $"{found.Missing:N0} events that had been flushed are missing or unreadable; {found.Events:N0} are whole";
        return [.. damages, .. notes, ("bad", "log", sum), Remedy];
    }

    private static (string, string, string)[] Dates(Home home)
    {
        using var log = EventLog.OpenForReading(home.Log);
        var last = Enumerable.Range(0, log.PartitionCount).Max(log.LastEventAt);
        return last > new EventHorizon(TimeProvider.System).Latest ? [("note", "dates", EventHorizon.Hint(last.Value))] : [];
    }

    private static (string, string, string) Remedy => ("note", "log", $"keep every whole record with: {CommandLineText.Of("log repair")}; then fill in what is gone with: {CommandLineText.Of("backfill --data DIR")}");
}

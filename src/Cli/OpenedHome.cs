using System.CommandLine;
using Eip.Cli.CommandLine;
using Eip.Domain;
using Eip.Pipeline;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Log;
using Eip.Pipeline.Text;

namespace Eip.Cli;

/// <summary>Opens what a command works on, and checks the values that name it.</summary>
internal static class OpenedHome
{
    private static string? asked;

    private static bool IsClusterNamed => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("EIP_KAFKA"));

    public static Home Of(ParseResult parsed) => Home.Resolve(parsed.GetValue(CommonOptions.Home));

    /// <summary>The home that a question is put to, which is told on standard error.</summary>
    /// <exception cref="UserErrorException">There is no log in it.</exception>
    public static Home ForReading(ParseResult parsed)
    {
        var home = Of(parsed);
        ThrowIfEmpty(home);
        if (asked == home.Path)
            return home;
        asked = home.Path;
        Console.Error.WriteLine($"eip: from the home {Printable.Line(home.Path)}{(IsClusterNamed ? "; EIP_KAFKA names a cluster, which --target URL asks" : "")}");
        return home;
    }

    /// <summary>The log of the home, beside whoever writes it.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    public static EventLog LogForReading(ParseResult parsed)
    {
        return EventLog.OpenForReading(ForReading(parsed).Log);
    }

    /// <summary>The projections of the home up to the present end of its log; nothing is written, and a writer may go on.</summary>
    /// <exception cref="UserErrorException">There is no log.</exception>
    public static async Task<EmbeddedPipeline> ReadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var home = ForReading(parsed);
        var pipeline = EmbeddedPipeline.Open(home, new PipelineOptions { ReadOnly = true });
        try
        {
            await pipeline.CatchUpAsync(cancellationToken: cancellationToken);
            return pipeline;
        }
        catch
        {
            await pipeline.DisposeAsync();
            throw;
        }
    }

    /// <summary>Tells on standard error what opening a pipeline found out of order, and passes it on.</summary>
    public static EmbeddedPipeline Report(EmbeddedPipeline pipeline)
    {
        foreach (string sentence in pipeline.Log?.Recovery.Sentences ?? [])
            Console.Error.WriteLine($"eip: {sentence}");
        foreach (var snapshot in pipeline.Snapshots.Where(static snapshot => snapshot.RefusedBecause is not null && File.Exists(snapshot.Path)))
            Console.Error.WriteLine($"eip: the snapshot '{snapshot.Path}' is not used, since {snapshot.RefusedBecause}; its part of the log is folded again.");
        return pipeline;
    }

    /// <exception cref="UserErrorException">The range ends before it begins.</exception>
    public static void ThrowIfReversed(EventTime? from, EventTime? to)
    {
        if (from > to)
            throw new UserErrorException($"--from {from} lies after --to {to}.", ExitCodes.Usage);
    }

    /// <exception cref="UserErrorException">The home holds no log yet.</exception>
    public static void ThrowIfEmpty(Home home)
    {
        if (!Directory.Exists(home.Log))
            throw new UserErrorException($"There is no event log in '{home.Path}'. Fill it with: {CommandLineText.Of("backfill --data DIR")}; or look around in a home of its own: {CommandLineText.Of("demo")}", ExitCodes.NotFound);
    }
}

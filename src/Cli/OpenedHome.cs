using System.CommandLine;
using Eip.Domain;
using Eip.Pipeline;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Log;

namespace Eip.Cli;

/// <summary>Opens what a command works on, and checks the values that name it.</summary>
internal static class OpenedHome
{
    public static Home Of(ParseResult parsed) => Home.Resolve(parsed.GetValue(CommonOptions.Home));

    /// <summary>The log of the home, beside whoever writes it.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    public static EventLog LogForReading(ParseResult parsed)
    {
        var home = Of(parsed);
        ThrowIfEmpty(home);
        return EventLog.OpenForReading(home.Log);
    }

    /// <summary>The projections of the home up to the present end of its log; nothing is written, and a writer may go on.</summary>
    /// <exception cref="UserErrorException">There is no log.</exception>
    public static async Task<EmbeddedPipeline> ReadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var home = Of(parsed);
        ThrowIfEmpty(home);
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

    /// <exception cref="UserErrorException">The text is no order id.</exception>
    public static OrderId ParseOrderId(string text) => OrderId.TryParse(text, out var id)
        ? id
        : throw new UserErrorException($"'{text}' is not an order id.", ExitCodes.Usage);

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
            throw new UserErrorException($"There is no event log in '{home.Path}'. Fill it with: eip backfill --data DIR, or: eip demo", ExitCodes.NotFound);
    }
}

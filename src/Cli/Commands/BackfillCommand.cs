using System.CommandLine;
using Eip.Cli.CommandLine;
using Eip.Cli.Replays;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Cli.Commands;

/// <summary><c>eip backfill</c>: everything up to a moment, as fast as the machine allows.</summary>
internal static class BackfillCommand
{
    private static readonly Option<string?> Data = CommonOptions.Data(required: true);
    private static readonly Option<EventTime?> Until = CommonOptions.Moment("--until", "Only events up to this moment, it included", endOfDay: true);
    private static readonly Option<string?> Postgres = CommonOptions.Postgres();
    private static readonly ReplayOptions Options = new();

    public static Command Create() => Options.AddTo(new Command("backfill", "Restores the history of a data set, as fast as the machine allows.") { Data, Until, Postgres })
        .WithExamples(
            "eip backfill --data olist",
            "eip backfill --data olist --until 2018-01-01",
            "eip backfill --data olist --until 2018-01-01 --dry-run",
            "eip backfill --data olist --postgres 'Host=localhost;Database=eip;Username=eip'")
        .Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (Options.AnyGiven(parsed))
            return await ReplayAsync(parsed, cancellationToken);
        using var progress = new ProgressLine();
        await using var store = await RouteStatsTarget.OpenAsync(parsed.GetValue(Postgres), cancellationToken);
        var run = new BackfillRun(parsed.GetValue(Data)!, OpenedHome.Of(parsed), progress) { Until = parsed.GetValue(Until), Store = store };
        BackfillResult result;
        try
        {
            result = await run.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            progress.Done($"Stopped at a clean point. Go on with: {CommandLineText.Again()}");
            return ExitCodes.Interrupted;
        }

        progress.Done(Summary(result));
        return result.Rejects > 0 ? ExitCodes.Rejected : ExitCodes.Success;
    }

    // Filters, trouble and other sinks are the replay driver's; it is as right and not quite as fast.
    private static Task<int> ReplayAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var plan = Options.Plan(parsed, ReplayMode.Backfill) with { To = parsed.GetValue(Until) };
        return ReplayStart.RunAsync(parsed, plan, parsed.GetValue(Data)!, Options, parsed.GetValue(Postgres), cancellationToken);
    }

    public static string Summary(BackfillResult result)
    {
        string text = $"{result.Orders:N0} orders, {result.Events.Appended:N0} events appended";
        if (result.Events.Duplicates > 0)
            text += $", {result.Events.Duplicates:N0} known already";
        if (result.Events.Corrections > 0)
            text += $", {result.Events.Corrections:N0} of those appended known with other contents and corrected";
        text += $" in {result.Elapsed.TotalSeconds:N2} s ({result.EventCount / result.Elapsed.TotalSeconds:N0} events/s), event time {result.Watermark?.ToString() ?? "none"}";
        if (result.RepeatedRows > 0)
            text += $"; {result.RepeatedRows:N0} rows of orders repeat others";
        return result.Rejects == 0 ? text : text + $"; {result.Rejects:N0} rows rejected, see {result.RejectsFile}";
    }
}

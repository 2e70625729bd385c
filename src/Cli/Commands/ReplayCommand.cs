using System.CommandLine;
using Eip.Cli.CommandLine;
using Eip.Cli.Replays;
using Eip.Domain;
using Eip.Pipeline.Log;
using Eip.Pipeline.Ports;
using Eip.Pipeline.Text;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;

namespace Eip.Cli.Commands;

/// <summary><c>eip replay</c>: lets recorded time run again, faster than life.</summary>
internal static class ReplayCommand
{
    private static readonly Option<string?> Data = CommonOptions.Data(required: true);
    private static readonly Option<EventTime?> From = CommonOptions.Moment("--from", "Begin at this moment; where the log stands by default");
    private static readonly Option<EventTime?> To = CommonOptions.Moment("--to", "End with this moment, it included; the end of the data by default", endOfDay: true);
    private static readonly Option<TimeSpan> MaxGap = ReplayOptions.DurationOption("--max-gap", "The longest real pause that is kept between two events, such as 2s.");
    private static readonly Option<string?> Postgres = CommonOptions.Postgres();
    private static readonly ReplayOptions Options = new();

    private static readonly Option<double> SpeedOption = new("--speed")
    {
        Description = "Virtual seconds in a real second: 86400, 3600x, 1d/s, 30m/s.",
        HelpName = "SPEED",
        DefaultValueFactory = static _ => 1,
        CustomParser = static result =>
        {
            if (!SpeedText.TryParse(result.Tokens[^1].Value, out double speed, out string? reason))
                result.AddError($"--speed: {reason}");
            return speed;
        },
    };

    public static Command Create() =>
        Options.AddTo(new Command("replay", "Emits each event when its time comes on a virtual clock, faster than life.") { Data, From, To, SpeedOption, MaxGap, Postgres })
        .WithExamples(
            "eip backfill --data olist --until 2018-03-01 && eip replay --data olist --speed 1d/s",
            "eip replay --data olist --from 2018-05-01 --to 2018-06-01 --speed 3600x --max-gap 2s",
            "eip replay --data olist --speed 1d/s --target http://localhost:5080",
            "eip replay --data olist --speed 7d/s --duplicates 5% --shuffle 2h --drop 1% --then-resend --seed 42",
            "eip replay --data olist --from 2018-05-01 --dry-run")
        .WithHelp("Keys, in a terminal:", [.. ReplayKeys.Help])
        .Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        OpenedHome.ThrowIfReversed(parsed.GetValue(From), parsed.GetValue(To));
        var plan = Options.Plan(parsed, ReplayMode.Replay) with
        {
            From = parsed.GetValue(From),
            To = parsed.GetValue(To),
            Speed = parsed.GetValue(SpeedOption),
            MaxGap = parsed.GetResult(MaxGap) is null ? null : parsed.GetValue(MaxGap),
        };
        return await ReplayStart.RunAsync(parsed, plan, parsed.GetValue(Data)!, Options, parsed.GetValue(Postgres), cancellationToken);
    }
}

/// <summary>What the commands that replay have in common once the plan is known.</summary>
internal static class ReplayStart
{
    public static async Task<int> RunAsync(
        ParseResult parsed, ReplayPlan plan, string data, ReplayOptions options, string? postgres, CancellationToken cancellationToken)
    {
        var home = OpenedHome.Of(parsed);
        var target = parsed.GetValue(options.Target);
        string? file = parsed.GetValue(options.Out);
        if (target is not null && file is not null)
            throw new UserErrorException("--target and --out: events go to one of them.", ExitCodes.Usage);
        if (options.IsDryRun(parsed))
            return DryRun(plan, data, home, cancellationToken);
        await using var store = target is null && file is null ? await RouteStatsTarget.OpenAsync(postgres, cancellationToken) : null;
        var run = new ReplayRun(plan, data, home)
        {
            Target = target, Out = file, Restart = parsed.GetValue(options.Restart), Store = store, Again = CommandLineText.Again(),
        };
        return await run.RunAsync(cancellationToken);
    }

    private static int DryRun(ReplayPlan plan, string data, Pipeline.Home home, CancellationToken cancellationToken)
    {
        using var progress = new ProgressLine();
        using var history = ReplayRun.OpenHistory(data, home, progress, cancellationToken);
        try
        {
            plan.Validate(history);
        }
        catch (ReplayRejectedException rejected)
        {
            throw ReplayRun.Explain(rejected);
        }

        var from = plan.From;
        if (from is null && plan.IsPaced && Directory.Exists(home.Log))
        {
            using var log = EventLog.OpenForReading(home.Log);
            from = new EventLogTail(log).Watermark();
        }

        Terminal.Output.Write(DryRunView.Render(Simulator.Replay.DryRun.Of(plan, history, from, cancellationToken)));
        return ExitCodes.Success;
    }
}

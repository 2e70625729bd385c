using System.CommandLine;
using Eip.Cli.CommandLine;
using Eip.Cli.Remote;
using Eip.Cli.Replays;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Cli.Commands;

/// <summary><c>eip window</c>: emits a range of event time again.</summary>
internal static class WindowCommand
{
    private static readonly Option<string?> Data = CommonOptions.OptionalData();
    private static readonly Option<EventTime?> From = CommonOptions.Moment("--from", "First moment");
    private static readonly Option<EventTime?> To = CommonOptions.Moment("--to", "Last moment, it included", endOfDay: true);
    private static readonly Option<string?> Postgres = CommonOptions.Postgres();
    private static readonly ReplayOptions Options = new();

    public static Command Create()
    {
        From.Required = To.Required = true;
        return Options.AddTo(new Command("window", "Emits a range of event time again, for repair; known events change nothing.") { Data, From, To, Postgres })
            .WithExamples(
                "eip window --from 2018-02-01 --to 2018-02-07 --target http://localhost:5080",
                "eip window --data olist --from 2018-02-01 --to 2018-02-07",
                "eip window --data olist --from 2018-02-01 --to 2018-02-07 --type DELIVERED --seller-region SP",
                "eip window --data olist --from 2018-02-01 --to 2018-02-07 --out - | wc -l")
            .Runs(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        OpenedHome.ThrowIfReversed(parsed.GetValue(From), parsed.GetValue(To));
        if (parsed.GetValue(Data) is not { } data)
            return await AskAsync(parsed, cancellationToken);
        var plan = Options.Plan(parsed, ReplayMode.Window) with { From = parsed.GetValue(From), To = parsed.GetValue(To) };
        return await ReplayStart.RunAsync(parsed, plan, data, Options, parsed.GetValue(Postgres), cancellationToken);
    }

    // The running system makes the window from its own data set, and so knows that nothing is missing there any more.
    private static async Task<int> AskAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Options.Target) is not { } target)
            throw new UserErrorException("--data: name the folder of the data set; only a running system (--target) has one of its own.", ExitCodes.Usage);
        Console.WriteLine(await new RemoteWindow(OpsApi.RootOf(target)).RunAsync(parsed.GetValue(From)!.Value, parsed.GetValue(To)!.Value, cancellationToken));
        return ExitCodes.Success;
    }
}

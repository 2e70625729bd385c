using System.CommandLine;
using Eip.Cli.Replays;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Cli.Commands;

/// <summary><c>eip window</c>: emits a range of event time again.</summary>
internal static class WindowCommand
{
    private static readonly Option<string> Data = CommonOptions.Data(required: true);
    private static readonly Option<EventTime?> From = CommonOptions.Moment("--from", "First moment");
    private static readonly Option<EventTime?> To = CommonOptions.Moment("--to", "Last moment, it included", endOfDay: true);
    private static readonly Option<string?> Postgres = CommonOptions.Postgres();
    private static readonly ReplayOptions Options = new();

    public static Command Create()
    {
        From.Required = To.Required = true;
        return Options.AddTo(new Command("window", "Emits a range of event time again, for repair; known events change nothing.") { Data, From, To, Postgres })
            .WithExamples(
                "eip window --data olist --from 2018-02-01 --to 2018-02-07",
                "eip window --data olist --from 2018-02-01 --to 2018-02-07 --type DELIVERED --seller-region SP",
                "eip window --data olist --from 2018-02-01 --to 2018-02-07 --out - | wc -l")
            .Runs(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        OpenedHome.ThrowIfReversed(parsed.GetValue(From), parsed.GetValue(To));
        var plan = Options.Plan(parsed, ReplayMode.Window) with { From = parsed.GetValue(From), To = parsed.GetValue(To) };
        return await ReplayStart.RunAsync(parsed, plan, parsed.GetRequiredValue(Data), Options, parsed.GetValue(Postgres), cancellationToken);
    }
}

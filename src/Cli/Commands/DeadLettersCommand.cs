using System.CommandLine;
using Eip.Cli.CommandLine;
using Eip.Cli.Remote;
using Eip.Cli.Views;
using Eip.Pipeline.DeadLetters;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Text;

namespace Eip.Cli.Commands;

/// <summary><c>eip dead-letters</c>: looks at input that could not be taken, and puts it back.</summary>
internal static class DeadLettersCommand
{
    private const string ExampleId = "019409f1a2b3-0000000000000001-5f3a9c21d04e77b6";
    private static readonly Option<long> Limit = Values.Whole("--limit", "N", "The most letters to list.", 1, CommonOptions.Unbounded, 50);
    private static readonly Argument<string> Id = new("ID") { Description = "The letter's id." };
    private static readonly Argument<string[]> Ids = new("ID") { Description = "The letters' ids.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<bool> All = new("--all") { Description = "Every letter that waits." };
    private static readonly Option<Uri?> Target = CommonOptions.Target();

    public static Command Create() => new("dead-letters", "Looks at input that could not be taken, and puts it back.")
    {
        new Command("list", "Letters that wait, oldest first.") { Limit, Target }
            .WithExamples("eip dead-letters list", "eip dead-letters list --limit 500", "eip dead-letters list --target http://localhost:5080").Runs(ListAsync),
        new Command("show", "One letter, with its content.") { Id, Target }.WithExamples($"eip dead-letters show {ExampleId}").Runs(ShowAsync),
        new Command("retry", "Reads letters again and puts what they hold where it belongs.") { Ids, All, Target }
            .WithExamples($"eip dead-letters retry {ExampleId}", "eip dead-letters retry --all").Runs(RetryAsync),
    };

    private static Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken) => LookAsync(parsed, async letters =>
    {
        var table = new TextTable(new("id", Right: false), new("at", 3, Right: false), new("origin", 2, Right: false), new("field", 1, Right: false), new("reason", Right: false, Wraps: true));
        long listed = 0;
        await foreach (var letter in letters.ListAsync(cancellationToken).Take((int)parsed.GetValue(Limit)))
        {
            table.Row(letter.Id, letter.At.ToString("yyyy-MM-dd HH:mm:ss"), letter.Origin, letter.Field ?? "", letter.Reason);
            listed++;
        }

        long count = await letters.CountAsync(cancellationToken);
        if (listed > 0)
            Terminal.Output.Write(table);
        Console.WriteLine(count == 0 ? "No dead letters." : $"{listed:N0} of {count:N0} dead letters.");
        return ExitCodes.Success;
    });

    private static Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken) => LookAsync(parsed, async letters =>
    {
        string id = parsed.GetRequiredValue(Id);
        var letter = await letters.FindAsync(id, cancellationToken)
            ?? throw new UserErrorException($"No dead letter has the id '{id}'.", ExitCodes.NotFound);
        Console.WriteLine($"id       {letter.Id}");
        Console.WriteLine($"at       {letter.At:yyyy-MM-ddTHH:mm:ssZ}");
        Console.WriteLine($"origin   {Printable.Line(letter.Origin)}");
        Console.WriteLine($"field    {Printable.Line(letter.Field ?? "–")}");
        Console.WriteLine($"reason   {Printable.Line(letter.Reason)}");
        Console.WriteLine(letter.Content);
        return ExitCodes.Success;
    });

    private static async Task<int> RetryAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string[] ids = parsed.GetValue(Ids) ?? [];
        bool all = parsed.GetValue(All);
        if (all == ids.Length > 0)
            throw new UserErrorException("Name the letters to retry, or --all.", ExitCodes.Usage);
        using var api = OpsApi.Of(parsed, Target);
        if (api is not null)
            return Told(await RetryAsync(new RemoteLetters(api), all, ids, cancellationToken));
        var home = OpenedHome.Of(parsed);
        await using var pipeline = OpenedHome.Report(EmbeddedPipeline.Open(home, new PipelineOptions()));
        using var letters = new FileDeadLetters(home.DeadLetters, pipeline);
        var outcome = await RetryAsync(new HomeLetters(letters), all, ids, cancellationToken);
        if (outcome.Retried > 0)
        {
            await pipeline.CatchUpAsync(cancellationToken: cancellationToken);
            await pipeline.PublishAsync(cancellationToken: cancellationToken);
        }

        return Told(outcome);
    }

    private static async Task<(long Retried, long StillBad, long Missing)> RetryAsync(ILetters letters, bool all, string[] ids, CancellationToken cancellationToken)
    {
        long retried = 0, stillBad = 0, missing = 0;
        await foreach (string id in all ? letters.ListAsync(cancellationToken).Select(static letter => letter.Id) : ids.ToAsyncEnumerable())
        {
            switch (await letters.RetryAsync(id, cancellationToken))
            {
                case (true, _):
                    retried++;
                    break;
                case (false, var reason):
                    stillBad++;
                    Console.WriteLine($"{id}  {Printable.Line(reason ?? "")}");
                    break;
                default:
                    missing++;
                    await Console.Error.WriteLineAsync(Printable.Line($"eip: no dead letter has the id '{id}'"));
                    break;
            }
        }

        return (retried, stillBad, missing);
    }

    private static int Told((long Retried, long StillBad, long Missing) outcome)
    {
        Console.WriteLine($"{outcome.Retried:N0} retried, {outcome.StillBad:N0} cannot be taken still.");
        return outcome.Missing > 0 ? ExitCodes.NotFound : outcome.StillBad > 0 ? ExitCodes.Rejected : ExitCodes.Success;
    }

    private static async Task<int> LookAsync(ParseResult parsed, Func<ILetters, Task<int>> look)
    {
        using var api = OpsApi.Of(parsed, Target);
        if (api is not null)
            return await look(new RemoteLetters(api));
        using var letters = new FileDeadLetters(OpenedHome.Of(parsed).DeadLetters);
        return await look(new HomeLetters(letters));
    }
}

using System.CommandLine;
using Eip.Cli.CommandLine;
using Eip.Cli.Views;
using Eip.Pipeline.DeadLetters;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;
using Eip.Pipeline.Text;

namespace Eip.Cli.Commands;

/// <summary><c>eip dead-letters</c>: looks at input that could not be taken, and puts it back.</summary>
internal static class DeadLettersCommand
{
    private const int PageLength = 1000;
    private const string ExampleId = "019409f1a2b3-0000000001-5f3a9c21";
    private static readonly Option<long> Limit = Values.Whole("--limit", "N", "The most letters to list.", 1, CommonOptions.Unbounded, 50);
    private static readonly Argument<string> Id = new("ID") { Description = "The letter's id." };
    private static readonly Argument<string[]> Ids = new("ID") { Description = "The letters' ids.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<bool> All = new("--all") { Description = "Every letter that waits." };

    public static Command Create() => new("dead-letters", "Looks at input that could not be taken, and puts it back.")
    {
        new Command("list", "Letters that wait, oldest first.") { Limit }.WithExamples("eip dead-letters list", "eip dead-letters list --limit 500").Runs(ListAsync),
        new Command("show", "One letter, with its content.") { Id }.WithExamples($"eip dead-letters show {ExampleId}").Runs(ShowAsync),
        new Command("retry", "Reads letters again and puts their events on the log.") { Ids, All }
            .WithExamples($"eip dead-letters retry {ExampleId}", "eip dead-letters retry --all").Runs(RetryAsync),
    };

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var letters = new FileDeadLetters(OpenedHome.Of(parsed).DeadLetters);
        var listed = await letters.ListAsync(null, (int)parsed.GetValue(Limit), cancellationToken);
        var table = new TextTable(new("id", Right: false), new("at", 3, Right: false), new("origin", 2, Right: false), new("field", 1, Right: false), new("reason", Right: false, Wraps: true));
        foreach (var letter in listed)
            table.Row(letter.Id, letter.At.ToString("yyyy-MM-dd HH:mm:ss"), letter.Origin, letter.Field ?? "", letter.Reason);
        long count = await letters.CountAsync(cancellationToken);
        if (count > 0)
            Terminal.Output.Write(table);
        Console.WriteLine(count == 0 ? "No dead letters." : $"{listed.Count:N0} of {count:N0} dead letters.");
        return ExitCodes.Success;
    }

    private static async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var letters = new FileDeadLetters(OpenedHome.Of(parsed).DeadLetters);
        string id = parsed.GetRequiredValue(Id);
        var letter = await letters.FindAsync(id, cancellationToken) ?? throw new UserErrorException($"No dead letter has the id '{id}'.", ExitCodes.NotFound);
        Console.WriteLine($"id       {letter.Id}");
        Console.WriteLine($"at       {letter.At:yyyy-MM-ddTHH:mm:ssZ}");
        Console.WriteLine($"origin   {Printable.Line(letter.Origin)}");
        Console.WriteLine($"field    {Printable.Line(letter.Field ?? "–")}");
        Console.WriteLine($"reason   {Printable.Line(letter.Reason)}");
        Console.WriteLine(letter.Content.ToString());
        return ExitCodes.Success;
    }

    private static async Task<int> RetryAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string[] ids = parsed.GetValue(Ids) ?? [];
        bool all = parsed.GetValue(All);
        if (all == ids.Length > 0)
            throw new UserErrorException("Name the letters to retry, or --all.", ExitCodes.Usage);
        var home = OpenedHome.Of(parsed);
        await using var pipeline = OpenedHome.Report(EmbeddedPipeline.Open(home, new PipelineOptions()));
        using var letters = new FileDeadLetters(home.DeadLetters, pipeline);
        long retried = 0, stillBad = 0, missing = 0;
        await foreach (string id in all ? EveryIdAsync(letters, cancellationToken) : ids.ToAsyncEnumerable())
        {
            var result = await letters.RetryAsync(id, cancellationToken);
            switch (result.Outcome)
            {
                case DeadLetterOutcome.Retried:
                    retried++;
                    break;
                case DeadLetterOutcome.StillBad:
                    stillBad++;
                    Console.WriteLine($"{id}  {Printable.Line(result.Reason ?? "")}");
                    break;
                default:
                    missing++;
                    await Console.Error.WriteLineAsync($"eip: no dead letter has the id '{id}'");
                    break;
            }
        }

        if (retried > 0)
        {
            await pipeline.CatchUpAsync(cancellationToken: cancellationToken);
            await pipeline.PublishAsync(cancellationToken: cancellationToken);
        }

        Console.WriteLine($"{retried:N0} retried, {stillBad:N0} cannot be taken still.");
        return missing > 0 ? ExitCodes.NotFound : stillBad > 0 ? ExitCodes.Rejected : ExitCodes.Success;
    }

    private static async IAsyncEnumerable<string> EveryIdAsync(
        FileDeadLetters letters, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        while (await letters.ListAsync(after, PageLength, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var letter in page)
                yield return letter.Id;
            after = page[^1].Id;
        }
    }
}

using System.CommandLine;
using Eip.Cli.CommandLine;
using Eip.Cli.Replays;
using Eip.Cli.Views;
using Eip.Simulator.Scenarios;
using Spectre.Console;

namespace Eip.Cli.Commands;

/// <summary><c>eip verify</c>: replays a data set by every mode and fault plan, and compares the digests.</summary>
internal static class VerifyCommand
{
    private static readonly Option<string?> Data = CommonOptions.Data(required: true);
    private static readonly Option<long> Seed = CommonOptions.Seed("The seed of the fault plans.");

    public static Command Create() =>
        new Command("verify", "Replays a data set by every mode and fault plan into temporary homes: same digest, yes or no. With --cluster: the cluster against its log.") { Data, Seed }
            .WithExamples("eip verify --data olist", "eip verify --data olist --seed 7")
            .WithHelp("The standing cluster against its log:", CommandLineText.Of("verify --cluster"))
            .Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var progress = new ProgressLine();
        string scratch = Directory.CreateTempSubdirectory("eip-verify-").FullName;
        try
        {
            using var history = ReplayRun.OpenHistory(parsed.GetValue(Data)!, new Pipeline.Home(scratch), progress, cancellationToken);
            if (history.Count == 0)
                throw new UserErrorException("The data set holds no events.");
            var table = new TextTable(
                new("how", Right: false), new("events", 1), new("repeated", 2), new("dead letters", 3), new("digest", 4, Right: false), new("same", Right: false), new("seconds", 5));
            bool same = true;
            var verification = new Verification(history, scratch, (ulong)parsed.GetValue(Seed), TimeProvider.System);
            int done = 0, all = verification.Cases().Count;
            await foreach (var row in verification.RunAsync(cancellationToken))
            {
                same &= row.Same;
                done++;
                progress.Report(() => $"{done} of {all} ways: {row.Name}");
                table.Row(
                    row.Name, row.Events.ToString("N0"), row.Repeated.ToString("N0"), row.DeadLetters.ToString("N0"), row.Digest[..16],
                    row.Same ? "yes" : new TextCell("NO", Color.Red), row.Took.TotalSeconds.ToString("N2"));
            }

            Terminal.Output.Write(table);
            Console.WriteLine(same ? $"Same digest in all {all} ways." : "The digests differ.");
            return same ? ExitCodes.Success : ExitCodes.Different;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            progress.Done("Stopped.");
            return ExitCodes.Interrupted;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }
}

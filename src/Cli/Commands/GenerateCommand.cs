using System.CommandLine;
using Eip.Cli.CommandLine;
using Eip.Simulator.Synthetic;

namespace Eip.Cli.Commands;

/// <summary><c>eip generate</c>: a synthetic shop in the shape of the Olist files.</summary>
internal static class GenerateCommand
{
    private static readonly Option<long?> Orders = Values.MaybeWhole("--orders", "N", "How many orders.", 1, SyntheticDataSet.MaxOrders);
    private static readonly Option<long> Seed = CommonOptions.Seed("The same seed gives the same bytes.");
    private static readonly Option<string?> Out = Values.Path("--out", "DIR", "Folder to write the four files to.", isFolder: true);
    private static readonly Option<bool> Overwrite = new("--overwrite") { Description = "Replace files that are there." };

    public static Command Create()
    {
        Orders.Required = Out.Required = true;
        return new Command("generate", "Writes a synthetic data set in the shape of the Olist files.") { Orders, Seed, Out, Overwrite }
            .WithExamples("eip generate --orders 100000 --seed 7 --out shop")
            .Runs(Run);
    }

    private static int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        long orders = parsed.GetValue(Orders)!.Value;
        string directory = parsed.GetValue(Out)!;
        using var progress = new ProgressLine();
        SyntheticDataSet.Generate(
            directory, orders, (ulong)parsed.GetValue(Seed), new Reporter<long>(done => progress.Report(() => $"generated {done:N0} of {orders:N0} orders")),
            parsed.GetValue(Overwrite), cancellationToken);
        progress.Done($"generated {orders:N0} orders in {Path.GetFullPath(directory)}");
        return ExitCodes.Success;
    }
}

using System.CommandLine;
using Eip.Cli.CommandLine;

namespace Eip.Cli.Commands;

/// <summary><c>eip digest</c>: one line that tells whether two pipelines came to the same projections.</summary>
internal static class DigestCommand
{
    private static readonly Option<bool> Sections = new("--sections") { Description = "Also print the digests of cards, timelines and route statistics." };

    public static Command Create() => new Command("digest", "Prints the digest over all projections; equal projections have equal digests.") { Sections }
        .WithExamples("eip digest", "eip digest --sections --home other")
        .Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var pipeline = await OpenedHome.ReadAsync(parsed, cancellationToken);
        var digests = pipeline.Digest(cancellationToken);
        Console.WriteLine(digests.All);
        if (parsed.GetValue(Sections))
        {
            Console.WriteLine($"cards        {digests.Cards}");
            Console.WriteLine($"timelines    {digests.Timelines}");
            Console.WriteLine($"route-stats  {digests.RouteStats}");
        }

        return ExitCodes.Success;
    }
}

using Eip.Cli.CommandLine;
using Eip.Pipeline.Ports;

namespace Eip.Cli.Replays;

/// <summary>What replays left out, in words, each range with the command that fills it.</summary>
internal static class MissingText
{
    /// <summary>Two lines for each range; none when nothing is missing.</summary>
    /// <param name="missing">The ranges.</param>
    /// <param name="data">The folder of the data set; null for that of the range, or the running system's own.</param>
    /// <param name="target">The running system, if the events are to go there.</param>
    public static IEnumerable<string> Lines(IEnumerable<MissingRange> missing, string? data, string? target)
    {
        foreach (var range in missing)
        {
            yield return $"Missing: {range.Events:N0} events from {range.From} to {range.To}, which replays left out. Fill in with:";
            string command = "  " + CommandLineText.Of("window");
            if ((data ?? range.Data) is { } folder)
                command += $" --data {CommandLineText.Quoted(folder)}";
            command += $" --from {range.From} --to {range.To}";
            yield return target is null ? command : $"{command} --target {CommandLineText.Quoted(target)}";
        }
    }
}

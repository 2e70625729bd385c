using Eip.Pipeline;
using Eip.Pipeline.Text;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;

namespace Eip.Cli.Replays;

/// <summary>Which data sets a home was filled from, in words: figures over two of them are seldom what somebody wants.</summary>
internal static class DataSetsText
{
    /// <summary>Warns before a data set is read into a home that holds others; null when it holds none.</summary>
    public static string? Warning(Home home, string data)
    {
        string folder = Path.GetFullPath(data);
        string[] others = [.. Known(home).Where(other => other != folder)];
        return others.Length == 0
            ? null
            : $"eip: the home {Printable.Line(home.Path)} holds events of {Names(others)} already; its figures will be those of all data sets together. "
                + "For a home of its own add: --home DIR";
    }

    /// <summary>Says that a home holds more than one data set; null when it does not.</summary>
    public static string? Note(Home home)
    {
        string[] known = [.. Known(home)];
        return known.Length < 2 ? null : $"the home holds events of {known.Length} data sets, {Names(known)}; figures are those of all of them together";
    }

    private static IReadOnlyList<string> Known(Home home) => new ReplayJournal(home.Replay).Coverage(LogSink.LogName).DataSets;

    private static string Names(IEnumerable<string> folders) => string.Join(" and ", folders.Select(Printable.Line));
}

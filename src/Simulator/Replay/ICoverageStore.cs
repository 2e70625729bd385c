using Eip.Pipeline.Ports;

namespace Eip.Simulator.Replay;

/// <summary>Remembers, across runs, what of each history was emitted to one sink.</summary>
public interface ICoverageStore
{
    /// <summary>What the sink still lacks of the histories that were replayed into it.</summary>
    IReadOnlyList<MissingRange> Missing { get; }

    /// <summary>What was emitted of a history.</summary>
    ReplayCoverage Read(IHistory history);

    /// <summary>Notes what was emitted of a history.</summary>
    /// <param name="history">The history.</param>
    /// <param name="coverage">What was emitted.</param>
    /// <param name="missing">What the sink lacks of it.</param>
    /// <param name="now">Whether this must not wait for the next one.</param>
    void Write(IHistory history, ReplayCoverage coverage, IReadOnlyList<MissingRange> missing, bool now);
}

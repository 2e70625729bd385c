using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;
using Eip.Simulator.Olist;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;

namespace Eip.Cli.Serving;

/// <summary>Replays of the host's data set, straight to its log.</summary>
internal static class ServedReplays
{
    /// <summary>The replays of a home; without a data set they can be looked at, and none can be started.</summary>
    public static ReplayController Create(string? data, EmbeddedPipeline pipeline, IDeadLetters letters)
    {
        var home = pipeline.Home;
        var journal = new ReplayJournal(home.Replay);
        return new ReplayController(
            async (_, cancellationToken) => data is null
                ? throw new ReplayRejectedException(null, "This host has no data set to replay; eip serve --data names its folder.")
                : await OpenAsync(data, home.Path, home.Rejects, cancellationToken),
            () => new LogSink(pipeline, new EventLogTail(pipeline.Log!), letters, TopicLayout.One, TimeProvider.System),
            journal,
            TimeProvider.System,
            journal.Coverage(LogSink.LogName));
    }

    // Reading a data set for the first time takes a while, and must not hold up a thread that answers requests.
    private static Task<DataSetHistory> OpenAsync(string data, string home, string rejectsFile, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var rejects = new JsonLinesRejectSink(rejectsFile);
            try
            {
                return DataSetHistory.Open(data, home, rejects, cancellationToken: cancellationToken);
            }
            catch (DataSetException exception)
            {
                throw new ReplayRejectedException(null, exception.Message);
            }
        },
        cancellationToken);
}

using Eip.Api.Health;
using Eip.Pipeline.Engine;

namespace Eip.Cli.Serving;

/// <summary>Ready once everything that was in the log at the start is folded.</summary>
internal sealed class CaughtUp : IReadinessCondition
{
    private volatile string? waiting = "The log is being folded.";

    public string? Waiting() => waiting;

    /// <summary>Waits for the folds; a failure of theirs becomes what the host waits for.</summary>
    public async Task FollowAsync(EmbeddedPipeline pipeline, CancellationToken cancellationToken)
    {
        try
        {
            await pipeline.CatchUpAsync(cancellationToken: cancellationToken);
            waiting = null;
            await pipeline.Completion.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            waiting = "The host stops.";
        }
        catch (ProjectionFailedException exception)
        {
            waiting = exception.Message;
            await Console.Error.WriteLineAsync($"eip: {exception.Message}");
        }
    }
}

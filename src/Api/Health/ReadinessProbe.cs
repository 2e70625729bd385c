using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Health;

/// <summary>Something of the host that must be in place before it can serve: a catch-up that has ended, a cluster that was joined.</summary>
public interface IReadinessCondition
{
    /// <summary>Why the host is not ready, in a sentence for people; null when it is.</summary>
    string? Waiting();

    /// <summary>What works now and will not always, in sentences for people; it keeps no host from being ready.</summary>
    IReadOnlyList<string> Warnings() => [];
}

/// <summary>
/// Ready means: every condition of the host holds, and the projections move while the log grows. Standing still with nothing to do is fine;
/// standing still before a log that holds more is not.
/// </summary>
internal sealed class ReadinessProbe(IPipelineStatus pipeline, IEnumerable<IReadinessCondition> conditions, EipApiOptions options, TimeProvider clock)
{
    private readonly Lock gate = new();
    private long lastProjected = -1;
    private long? standingSince;

    /// <summary>What the host's conditions warn of.</summary>
    public IReadOnlyList<string> Warnings => [.. conditions.SelectMany(static condition => condition.Warnings())];

    /// <summary>Why the host is not ready, null when it is; and the watermark, if the pipeline tells it.</summary>
    public async ValueTask<(string? Reason, EventTime? Watermark)> LookAsync(CancellationToken cancellationToken)
    {
        PipelineStatus status;
        try
        {
            status = await pipeline.GetAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return ("The pipeline does not tell its state.", null);
        }

        string? waiting = conditions.Select(static condition => condition.Waiting()).FirstOrDefault(static reason => reason is not null);
        return (waiting ?? Judge(status), status.Watermark);
    }

    private string? Judge(PipelineStatus status)
    {
        long projected = status.Partitions.Sum(static partition => partition.ProjectedOffset);
        lock (gate)
        {
            if (status.LagEvents <= 0)
            {
                standingSince = null;
            }
            else if (standingSince is null || projected != lastProjected)
            {
                standingSince = clock.GetTimestamp();
            }

            lastProjected = projected;
            return standingSince is { } since && clock.GetElapsedTime(since) > options.StallTimeout
                ? $"{status.LagEvents} events wait in the log, and none was folded for {(long)clock.GetElapsedTime(since).TotalSeconds} s."
                : null;
        }
    }
}

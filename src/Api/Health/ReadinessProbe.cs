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
/// Ready means: every condition of the host holds, what the asked kind of requests needs is there, and the projections move while the log grows. Standing
/// still with nothing to do is fine, and so is standing still while a store is away that all hosts share: taking each of them out would only add to it.
/// </summary>
internal sealed class ReadinessProbe(
    IPipelineStatus pipeline, IEnumerable<IReadinessCondition> conditions, IEnumerable<IDependencies> dependencies, EipApiOptions options, TimeProvider clock)
{
    private readonly Lock gate = new();
    private long lastProjected = -1;
    private long? standingSince;

    /// <summary>What the host's conditions warn of.</summary>
    public IReadOnlyList<string> Warnings => [.. conditions.SelectMany(static condition => condition.Warnings())];

    /// <summary>Looks whether the host is ready.</summary>
    /// <param name="kind">For which of <see cref="ServedKinds"/>; null for any that works now.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public async ValueTask<Readiness> LookAsync(string? kind, CancellationToken cancellationToken)
    {
        DependencyState[] states = [.. dependencies.SelectMany(static host => host.States())];
        var away = states.Where(static state => state.Trouble is not null).ToList();
        string? waiting = conditions.Select(static condition => condition.Waiting()).FirstOrDefault(static reason => reason is not null)
            ?? away.FirstOrDefault(state => kind is not null && state.Serves.Contains(kind))?.Trouble;
        // A store that is away may take seconds not to answer; what it would say is known.
        if (away.Exists(static state => state.Serves.Count > 0))
            return new Readiness(waiting, IsDegraded: true, states, null);
        PipelineStatus status;
        try
        {
            status = await pipeline.GetAsync(cancellationToken);
        }
        catch (StoreUnavailableException exception) when (states.Length > 0)
        {
            // Sooner than the host's own look at it.
            return new Readiness(waiting ?? (kind is null or ServedKinds.Ingest ? null : exception.Message), IsDegraded: true, states, null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new Readiness("The pipeline does not tell its state.", away.Count > 0, states, null);
        }

        return new Readiness(waiting ?? Judge(status), away.Count > 0, states, status.Watermark);
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

/// <summary>What the probe found.</summary>
/// <param name="Reason">Why the host is not ready; null when it is.</param>
/// <param name="IsDegraded">Whether something that it needs is away.</param>
/// <param name="Dependencies">What it needs.</param>
/// <param name="Watermark">The watermark, if the pipeline tells it.</param>
internal sealed record Readiness(string? Reason, bool IsDegraded, IReadOnlyList<DependencyState> Dependencies, EventTime? Watermark);

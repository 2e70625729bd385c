using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Http;

/// <summary>The ports that answers come from, and what is derived from them for every request.</summary>
internal sealed class ApiPorts(
    ICaseReader cases,
    ICaseSearch search,
    ILaneReader lanes,
    IPipelineStatus pipeline,
    IDeadLetters deadLetters,
    IEnumerable<IReplayControl> replays,
    TimeProvider clock)
{
    private static readonly TimeSpan StatusAge = TimeSpan.FromMilliseconds(50);
    private readonly Lock gate = new();
    private Task<PipelineStatus>? status;
    private long statusAt;

    public ICaseReader Cases => cases;

    public ICaseSearch Search => search;

    public ILaneReader Lanes => lanes;

    public IDeadLetters DeadLetters => deadLetters;

    /// <summary>Null in a host that runs no replay.</summary>
    public IReplayControl? Replay { get; } = replays.FirstOrDefault();

    public TimeProvider Clock => clock;

    public EventTime Now => EventTime.From(clock.GetUtcNow());

    /// <summary>The pipeline's state, at most 50 ms old: it is part of every answer, and asking every partition each time would be what takes longest.</summary>
    public async ValueTask<PipelineStatus> StatusAsync(CancellationToken cancellationToken)
    {
        Task<PipelineStatus> current;
        lock (gate)
        {
            if (status is null || status.IsFaulted || status.IsCanceled || clock.GetElapsedTime(statusAt) > StatusAge)
            {
                statusAt = clock.GetTimestamp();
                // One caller asks for all who come meanwhile, so its own cancellation must not reach the question.
                status = pipeline.GetAsync(CancellationToken.None).AsTask();
            }

            current = status;
        }

        return current.IsCompletedSuccessfully ? await current : await current.WaitAsync(cancellationToken);
    }

    /// <summary>The pipeline's state at this moment.</summary>
    public ValueTask<PipelineStatus> FreshStatusAsync(CancellationToken cancellationToken) => pipeline.GetAsync(cancellationToken);

    public async ValueTask<EventTime?> WatermarkAsync(CancellationToken cancellationToken) => (await StatusAsync(cancellationToken)).Watermark;
}

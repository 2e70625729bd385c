using Eip.Api.Estimates;
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
    EventHorizon horizon,
    TimeProvider clock)
{
    private static readonly TimeSpan WatermarkAge = TimeSpan.FromMilliseconds(50);
    private readonly Lock gate = new();
    private Task<EventTime?>? watermark;
    private long watermarkAt;

    public ICaseReader Cases => cases;

    public ICaseSearch Search => search;

    public ILaneReader Lanes => lanes;

    public IDeadLetters DeadLetters => deadLetters;

    /// <summary>What estimates are drawn from.</summary>
    public DeliveryNorms Norms { get; } = new(search, clock);

    /// <summary>What makes an order stuck.</summary>
    public StepNormsNow StepNorms { get; } = new(search, clock);

    /// <summary>Null in a host that runs no replay.</summary>
    public IReplayControl? Replay { get; } = replays.FirstOrDefault();

    public TimeProvider Clock => clock;

    /// <summary>How far past the clock event time counts.</summary>
    public EventHorizon Horizon => horizon;

    public EventTime Now => EventTime.From(clock.GetUtcNow());

    /// <summary>The watermark as it was answered last, without asking for it; null when it never was.</summary>
    public EventTime? KnownWatermark { get; private set; }

    /// <summary>The pipeline's state.</summary>
    public ValueTask<PipelineStatus> StatusAsync(CancellationToken cancellationToken) => pipeline.GetAsync(cancellationToken);

    /// <summary>The watermark, at most 50 ms old: it is part of every answer, and asking every partition each time would be what takes longest.</summary>
    public async ValueTask<EventTime?> WatermarkAsync(CancellationToken cancellationToken)
    {
        Task<EventTime?> current;
        lock (gate)
        {
            if (watermark is null || watermark.IsFaulted || watermark.IsCanceled || clock.GetElapsedTime(watermarkAt) > WatermarkAge)
            {
                watermarkAt = clock.GetTimestamp();
                // One caller asks for all who come meanwhile, so its own cancellation must not reach the question.
                watermark = pipeline.WatermarkAsync(CancellationToken.None).AsTask();
            }

            current = watermark;
        }

        KnownWatermark = current.IsCompletedSuccessfully ? await current : await current.WaitAsync(cancellationToken);
        return KnownWatermark;
    }
}

using Eip.Domain;
using Eip.Grains.Abstractions;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime.Services;

namespace Eip.Silo.Live;

/// <summary>Takes what other silos folded into this silo's live feed.</summary>
[Reentrant]
internal sealed class LiveService(GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory loggers, LiveProjection here) : GrainService(id, silo, loggers), ILiveService
{
    /// <inheritdoc/>
    public Task Publish(LiveBatch batch)
    {
        here.Publish(batch.Unpack(), batch.Watermark is { } seconds ? new EventTime(seconds) : null);
        return Task.CompletedTask;
    }
}

/// <summary>Finds the live service of a silo.</summary>
internal sealed class LiveServices(IServiceProvider services) : GrainServiceClient<ILiveService>(services)
{
    /// <summary>The service on a silo.</summary>
    public ILiveService On(SiloAddress silo) => GetGrainService(silo);
}

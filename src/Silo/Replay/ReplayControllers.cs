using Eip.Pipeline.Ports;
using Eip.Silo.Hosting;
using Eip.Simulator.Olist;
using Eip.Simulator.Replay;

namespace Eip.Silo.Replay;

/// <summary>Makes controllers of replays of the cluster's data set, straight to its log.</summary>
internal sealed class ReplayControllers(SiloSettings settings, IEventSink log, TimeProvider time)
{
    public ReplayController Create(GrainCoverage coverage) => new(
        async (_, cancellationToken) => await OpenAsync(cancellationToken),
        () => new PortSink(log),
        journal: null,
        time,
        coverage);

    private Task<DataSetHistory> OpenAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            string data = settings.ReplayData ?? throw new ReplayRejectedException(null, "This silo has no data set to replay; Eip:Replay:Data names its folder.");
            using var rejects = new JsonLinesRejectSink(settings.Home.Rejects);
            try
            {
                return DataSetHistory.Open(data, settings.Home.Path, rejects, cancellationToken: cancellationToken);
            }
            catch (DataSetException exception)
            {
                throw new ReplayRejectedException(null, exception.Message);
            }
        },
        cancellationToken);
}

using Eip.Domain;

namespace Eip.Pipeline.Engine;

/// <summary>Is told of every case that changed, in the thread that folds its partition.</summary>
public interface ICaseObserver
{
    /// <summary>
    /// Cases of one partition that are new or changed, each once. They may be read during the call and not after it. Calls for one partition never
    /// overlap; calls for different partitions do.
    /// </summary>
    void Changed(int partition, IReadOnlyList<FulfillmentCase> cases);
}

using Orleans.CodeGeneration;

namespace Eip.Grains.Abstractions;

/// <summary>One order's case. Its key is the order id's text.</summary>
[Version(1)]
[Alias("eip.IFulfillmentGrain")]
public interface IFulfillmentGrain : IGrainWithStringKey
{
    /// <summary>Folds events and answers with the case as it is then; nothing is stored by it, storing is the caller's.</summary>
    [Alias("Apply")]
    Task<CaseOutcome> Apply(CaseInput input);

    /// <summary>The case as of the last folded event; absent when no event of the order is known.</summary>
    [Alias("Read")]
    ValueTask<CaseState> Read();
}

/// <summary>One partition of the log: folds its batches and stores their effects before it returns. Its key is the partition's stream key.</summary>
[Version(1)]
[Alias("eip.IIngestGrain")]
public interface IIngestGrain : IGrainWithStringKey
{
    /// <summary>
    /// Folds a batch. When the call returns, every effect is stored; when it fails, any of them may be, and the batch is to be given again.
    /// </summary>
    /// <returns>
    /// Where the store stands. Below the batch's first offset, the store went back, or never stood there: what lies between is to be given first, and this
    /// batch again.
    /// </returns>
    [Alias("Ingest")]
    Task<long> Ingest(IngestBatch batch);
}

/// <summary>One lane's figures. Its key is the lane as <c>SP-RJ</c>.</summary>
[Version(1)]
[Alias("eip.ILaneGrain")]
public interface ILaneGrain : IGrainWithStringKey
{
    /// <summary>Takes changes in; those that are known already, or older than what is known, change nothing.</summary>
    [Alias("Apply")]
    Task Apply(LaneChanges changes);

    /// <summary>What the lane contributed on the days of a window, both ends (day numbers) included.</summary>
    [Alias("Window")]
    ValueTask<LaneWindow> Window(int firstDay, int lastDay);

    /// <summary>Makes sure that the lane lives: one that comes to life writes what its last life may not have written.</summary>
    [Alias("Touch")]
    Task Touch();

    /// <summary>Writes every day that is not written yet, the open one included.</summary>
    [Alias("Flush")]
    Task Flush();
}

using Eip.Domain;
using Eip.Grains.Abstractions;

namespace Eip.Grains.State;

/// <summary>Where the cases of the cluster are stored. Every call is atomic and can be repeated.</summary>
public interface ICaseStates
{
    /// <summary>The stored states of these orders; those of which nothing is stored are left out.</summary>
    ValueTask<IReadOnlyDictionary<OrderId, CaseState>> LoadAsync(IReadOnlyCollection<OrderId> orders, CancellationToken cancellationToken = default);

    /// <summary>
    /// Stores what builds on the stored state, or was written later in the same life of the same grain, and returns the orders of which neither is
    /// true: somebody else wrote in between, and the two are to be merged. A write that is stored already, or is older than a later one of the same
    /// life, is a success.
    /// </summary>
    /// <param name="partition">The partition that the writes come from; it counts the orders that are new.</param>
    /// <param name="writes">The writes, each order once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<IReadOnlyCollection<OrderId>> StoreAsync(string partition, IReadOnlyList<CaseWrite> writes, CancellationToken cancellationToken = default);

    /// <summary>What every order contributes to a lane.</summary>
    ValueTask<IReadOnlyList<LaneChange>> LoadLaneAsync(Lane lane, CancellationToken cancellationToken = default);

    /// <summary>The lanes that orders are in, in lane order.</summary>
    ValueTask<IReadOnlyList<Lane>> LanesAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes note of how far a partition has come, with every effect stored; never goes back in event time.</summary>
    ValueTask AdvanceAsync(IngestProgress progress, CancellationToken cancellationToken = default);

    /// <summary>How far each partition has come.</summary>
    ValueTask<IReadOnlyList<IngestProgress>> ProgressAsync(CancellationToken cancellationToken = default);

    /// <summary>Every stored case, in the order of the ids' UTF-8 text.</summary>
    IAsyncEnumerable<StoredCase> ReadAllAsync(CancellationToken cancellationToken = default);
}

/// <summary>One case to be stored.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Outcome">The case.</param>
public readonly record struct CaseWrite(OrderId OrderId, CaseOutcome Outcome);

/// <summary>One case that is stored.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="State">Its state.</param>
public readonly record struct StoredCase(OrderId OrderId, CaseState State);

/// <summary>How far a partition has come.</summary>
/// <param name="Partition">Its key, such as <c>fulfillment-events/3</c>.</param>
/// <param name="NextOffset">The offset after the last event whose effects are all stored.</param>
/// <param name="Watermark">The greatest event time among them.</param>
/// <param name="EventsPerSecond">Events folded a second, lately.</param>
/// <param name="At">When that was.</param>
/// <param name="OrderCount">Orders that became known through this partition; a store counts them itself.</param>
public sealed record IngestProgress(
    string Partition, long NextOffset, EventTime? Watermark, double EventsPerSecond, DateTimeOffset At, long OrderCount = 0);

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

    /// <summary>
    /// Takes note of how far a partition has come, with every effect stored; never goes back, neither in offsets nor in event time. Does so only where
    /// the store stands at the batch's first offset or later, and still lives the life in which the effects were stored.
    /// </summary>
    /// <param name="progress">How far.</param>
    /// <param name="from">The batch's first offset.</param>
    /// <param name="life">The store's life, as it was told before the effects were stored.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Where the store stands now.</returns>
    ValueTask<StorePosition> AdvanceAsync(IngestProgress progress, long from, Guid life, CancellationToken cancellationToken = default);

    /// <summary>
    /// The store's life. It is another one once the store was made anew, or was seen to have gone back (a backup was restored): what is remembered of the
    /// life before may not be what is stored.
    /// </summary>
    ValueTask<Guid> LifeAsync(CancellationToken cancellationToken = default);

    /// <summary>The store was seen to have gone back: its next life begins, so that everybody forgets what is remembered of the one before.</summary>
    /// <param name="ended">The life that ends; where it has ended already, nothing happens.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask BeginLifeAsync(Guid ended, CancellationToken cancellationToken = default);

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
/// <param name="TopicId">The id of the topic that its events came from; null where the log has none.</param>
public sealed record IngestProgress(
    string Partition, long NextOffset, EventTime? Watermark, double EventsPerSecond, DateTimeOffset At, long OrderCount = 0, string? TopicId = null);

/// <summary>Where a store stands with a partition.</summary>
/// <param name="NextOffset">The offset after the last event whose effects are all stored.</param>
/// <param name="Life">The store's life.</param>
public readonly record struct StorePosition(long NextOffset, Guid Life);

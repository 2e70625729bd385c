using Eip.Grains.Abstractions;

namespace Eip.Grains.Lanes;

/// <summary>What a lane takes along when it moves between two living silos. A lane that moves without it begins anew, from the stored cases.</summary>
internal sealed partial class LaneGrain : IGrainMigrationParticipant
{
    private const string MigrationKey = "lane";

    // A lane with more orders begins anew where it moves to, so that no message grows without bounds.
    private const int MostOrders = 50_000;
    private LaneMigrationState? migrated;

    /// <inheritdoc/>
    public void OnDehydrate(IDehydrationContext dehydrationContext)
    {
        if (!isLoaded || book.Count > MostOrders)
            return;
        // A write that is under way counts as not begun: it may end after the next life's own.
        dehydrationContext.TryAddValue(MigrationKey, new LaneMigrationState
        {
            Changes = new LaneChanges([.. book.Changes], null),
            Unwritten = [.. book.Unwritten.Union(flushing)],
            SinceIdle = [.. sinceIdle.Union(flushing)],
            IsReminded = isReminded,
        });
    }

    /// <inheritdoc/>
    public void OnRehydrate(IRehydrationContext rehydrationContext) => rehydrationContext.TryGetValue(MigrationKey, out migrated);

    // Goes on where the lane's last life stood; false when it left nothing.
    private bool TryResume()
    {
        if (migrated is not { } last)
            return false;
        book.Restore(last.Changes.Items, last.Unwritten);
        sinceIdle = [.. last.SinceIdle];
        isReminded = last.IsReminded;
        isLoaded = true;
        loading = Task.CompletedTask;
        migrated = null;
        return true;
    }
}

namespace Eip.Grains;

/// <summary>Which silos are as good as gone.</summary>
public static class LeavingSilos
{
    /// <summary>
    /// Whether a silo has said that it leaves, or is dead, and others go on: grains that lived on it begin anew elsewhere at once, instead of being waited
    /// for while it ends their lives one by one.
    /// </summary>
    public static bool IsLeaving(this ISiloStatusOracle silos, SiloAddress? silo) =>
        silo is not null && silos.GetApproximateSiloStatus(silo).IsTerminating() && silos.GetApproximateSiloStatuses(onlyActive: true).Count > 0;
}

using System.Diagnostics.CodeAnalysis;

namespace Eip.Grains.Tests.Support;

/// <summary>The membership as it is, but that its own silo has said that it leaves whenever a test wants so.</summary>
internal sealed class LeavingSilo(ISiloStatusOracle real, Func<bool> leaves) : ISiloStatusOracle
{
    public SiloStatus CurrentStatus => real.CurrentStatus;

    public string SiloName => real.SiloName;

    public SiloAddress SiloAddress => real.SiloAddress;

    public SiloAddress[] GetActiveSilos() => real.GetActiveSilos();

    public SiloStatus GetApproximateSiloStatus(SiloAddress siloAddress) =>
        leaves() && siloAddress.Equals(SiloAddress) ? SiloStatus.ShuttingDown : real.GetApproximateSiloStatus(siloAddress);

    public Dictionary<SiloAddress, SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false) => real.GetApproximateSiloStatuses(onlyActive);

    public bool TryGetSiloName(SiloAddress siloAddress, [NotNullWhen(true)] out string? siloName) => real.TryGetSiloName(siloAddress, out siloName);

    public bool IsFunctionalDirectory(SiloAddress siloAddress) => real.IsFunctionalDirectory(siloAddress);

    public bool IsDeadSilo(SiloAddress silo) => real.IsDeadSilo(silo);

    public bool SubscribeToSiloStatusEvents(ISiloStatusListener observer) => real.SubscribeToSiloStatusEvents(observer);

    public bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer) => real.UnSubscribeFromSiloStatusEvents(observer);
}

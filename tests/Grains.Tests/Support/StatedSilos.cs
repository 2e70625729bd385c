using System.Diagnostics.CodeAnalysis;

namespace Eip.Grains.Tests.Support;

/// <summary>A membership that a test states.</summary>
internal sealed class StatedSilos(params (SiloAddress Silo, SiloStatus Status)[] silos) : ISiloStatusOracle
{
    public SiloStatus CurrentStatus => silos[0].Status;

    public string SiloName => "stated";

    public SiloAddress SiloAddress => silos[0].Silo;

    public SiloAddress[] GetActiveSilos() => [.. GetApproximateSiloStatuses(onlyActive: true).Keys];

    public SiloStatus GetApproximateSiloStatus(SiloAddress siloAddress) => GetApproximateSiloStatuses().GetValueOrDefault(siloAddress);

    public Dictionary<SiloAddress, SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false) =>
        silos.Where(item => !onlyActive || item.Status == SiloStatus.Active).ToDictionary(static item => item.Silo, static item => item.Status);

    public bool TryGetSiloName(SiloAddress siloAddress, [NotNullWhen(true)] out string? siloName)
    {
        siloName = SiloName;
        return true;
    }

    public bool IsFunctionalDirectory(SiloAddress siloAddress) => !IsDeadSilo(siloAddress);

    public bool IsDeadSilo(SiloAddress silo) => GetApproximateSiloStatus(silo) == SiloStatus.Dead;

    public bool SubscribeToSiloStatusEvents(ISiloStatusListener observer) => true;

    public bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer) => true;
}

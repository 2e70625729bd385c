namespace Eip.Grains;

/// <summary>Names of the grain storage providers that the grains ask for.</summary>
public static class GrainStores
{
    /// <summary>What lanes remember.</summary>
    public const string Lanes = "eip-lanes";
}

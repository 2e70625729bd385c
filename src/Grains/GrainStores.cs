namespace Eip.Grains;

/// <summary>Names of the grain storage providers that the grains ask for, and of the grain directories that they use where there are any.</summary>
public static class GrainStores
{
    /// <summary>What lanes remember; and where they live.</summary>
    public const string Lanes = "eip-lanes";
}

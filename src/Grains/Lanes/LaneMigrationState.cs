using Eip.Grains.Abstractions;

namespace Eip.Grains.Lanes;

/// <summary>What a lane takes along when it moves between two living silos, so that it neither reads its orders nor writes its days anew.</summary>
[GenerateSerializer]
[Alias("eip.LaneMigrationState")]
public sealed class LaneMigrationState
{
    /// <summary>What every order has in the lane.</summary>
    [Id(0)]
    public required LaneChanges Changes { get; init; }

    /// <summary>Day numbers whose row may differ from the figures.</summary>
    [Id(1)]
    public required int[] Unwritten { get; init; }

    /// <summary>Day numbers that are to be written once more when the stream is idle.</summary>
    [Id(2)]
    public required int[] SinceIdle { get; init; }

    /// <summary>Whether the lane's reminder is set.</summary>
    [Id(3)]
    public required bool IsReminded { get; init; }
}

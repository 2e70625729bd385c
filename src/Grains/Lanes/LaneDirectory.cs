using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Orleans.GrainDirectory;
using Orleans.Metadata;
using Orleans.Runtime.GrainDirectory;

namespace Eip.Grains.Lanes;

/// <summary>
/// Registers lanes in the grain directory named <see cref="GrainStores.Lanes"/>, where the host has one: to begin anew means to read all orders of the
/// lane, which nobody should have to do because a silo left that the lane did not even live on.
/// </summary>
internal sealed class LaneDirectory(IServiceProvider services) : IGrainDirectoryResolver
{
    private static readonly GrainType Lanes = GrainType.Create(GrainReferences.LaneType);

    /// <inheritdoc/>
    public bool TryResolveGrainDirectory(GrainType grainType, GrainProperties? properties, [NotNullWhen(true)] out IGrainDirectory? grainDirectory)
    {
        grainDirectory = grainType == Lanes ? services.GetKeyedService<IGrainDirectory>(GrainStores.Lanes) : null;
        return grainDirectory is not null;
    }
}

using Eip.Domain;

namespace Eip.Streams.Kafka.Serialization;

/// <summary>The form in which a region crosses silos.</summary>
[GenerateSerializer, Immutable, Alias("eip.Region")]
public struct RegionSurrogate
{
    /// <summary>Its code, 0 when unknown.</summary>
    [Id(0)]
    public ushort Code { get; set; }
}

/// <summary>Converts regions to and from the form that crosses silos.</summary>
[RegisterConverter]
public sealed class RegionConverter : IConverter<Region, RegionSurrogate>
{
    /// <inheritdoc/>
    public Region ConvertFromSurrogate(in RegionSurrogate surrogate) => Region.FromCode(surrogate.Code);

    /// <inheritdoc/>
    public RegionSurrogate ConvertToSurrogate(in Region value) => new() { Code = value.Code };
}

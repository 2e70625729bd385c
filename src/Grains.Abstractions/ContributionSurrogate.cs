using Eip.Domain;

namespace Eip.Grains.Abstractions;

/// <summary>How a lane contribution travels between silos.</summary>
[GenerateSerializer]
[Alias("eip.LaneContribution")]
public struct ContributionSurrogate
{
    /// <summary>The lane's code.</summary>
    [Id(0)]
    public uint Lane { get; set; }

    /// <summary>The day of cancellation.</summary>
    [Id(1)]
    public int? CancelledDay { get; set; }

    /// <summary>The day of the broken promise.</summary>
    [Id(2)]
    public int? BreachDay { get; set; }

    /// <summary>The day of delivery; null when there is none.</summary>
    [Id(3)]
    public int? SampleDay { get; set; }

    /// <summary>Lead time in seconds.</summary>
    [Id(4)]
    public long LeadTimeSeconds { get; set; }

    /// <summary>Handling time in seconds.</summary>
    [Id(5)]
    public long? HandlingSeconds { get; set; }

    /// <summary>Transit time in seconds.</summary>
    [Id(6)]
    public long? TransitSeconds { get; set; }

    /// <summary>Whether the order is late.</summary>
    [Id(7)]
    public bool IsLate { get; set; }

    /// <summary>The day of the promise; null when there is none.</summary>
    [Id(8)]
    public int? PromisedDay { get; set; }

    /// <summary>Whether the promise is kept.</summary>
    [Id(9)]
    public bool IsKept { get; set; }
}

/// <summary>Converts lane contributions.</summary>
[RegisterConverter]
public sealed class ContributionConverter : IConverter<LaneContribution, ContributionSurrogate>
{
    /// <inheritdoc/>
    public LaneContribution ConvertFromSurrogate(in ContributionSurrogate surrogate) => new(
        Lane.FromCode(surrogate.Lane),
        surrogate.CancelledDay,
        surrogate.BreachDay,
        surrogate.PromisedDay is { } promised ? new LanePromise(promised, surrogate.IsKept) : null,
        surrogate.SampleDay is { } day
            ? new LaneSample(day, surrogate.LeadTimeSeconds, surrogate.HandlingSeconds, surrogate.TransitSeconds, surrogate.IsLate)
            : null);

    /// <inheritdoc/>
    public ContributionSurrogate ConvertToSurrogate(in LaneContribution value) => new()
    {
        Lane = value.Lane.Code,
        CancelledDay = value.CancelledDay,
        BreachDay = value.BreachDay,
        SampleDay = value.Sample?.Day,
        LeadTimeSeconds = value.Sample?.LeadTimeSeconds ?? 0,
        HandlingSeconds = value.Sample?.HandlingSeconds,
        TransitSeconds = value.Sample?.TransitSeconds,
        IsLate = value.Sample?.IsLate ?? false,
        PromisedDay = value.Promise?.Day,
        IsKept = value.Promise?.IsKept ?? false,
    };
}

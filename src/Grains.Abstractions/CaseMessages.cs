using System.Buffers;
using Eip.Domain;

namespace Eip.Grains.Abstractions;

/// <summary>What a fulfillment grain is to fold.</summary>
/// <param name="orderId">The order.</param>
/// <param name="events">Events of that order alone.</param>
/// <param name="seed">The order's stored state where the caller has just read it; null lets a grain that holds nothing load it itself.</param>
/// <param name="isRefused">Whether the store has refused what the grain gave, and the seed is why; it counts then although it may be the older one.</param>
[Immutable]
public sealed class CaseInput(OrderId orderId, ReadOnlyMemory<FulfillmentEvent> events, CaseState? seed, bool isRefused = false)
{
    /// <summary>The order.</summary>
    public OrderId OrderId { get; } = orderId;

    /// <summary>Its events.</summary>
    public ReadOnlyMemory<FulfillmentEvent> Events { get; } = events;

    /// <summary>The stored state, if the caller read it.</summary>
    public CaseState? Seed { get; } = seed;

    /// <summary>Whether the store has refused what the grain gave.</summary>
    public bool IsRefused { get; } = isRefused;
}

/// <summary>
/// A case after a fold. The same events give the same outcome again, so that an effect that may not have been stored can always be repeated.
/// </summary>
[GenerateSerializer]
[Immutable]
[Alias("eip.CaseOutcome")]
public sealed class CaseOutcome
{
    /// <summary>The case now.</summary>
    [Id(0)]
    public required CaseState State { get; init; }

    /// <summary>Version of the stored state that it builds on.</summary>
    [Id(1)]
    public required long BaseVersion { get; init; }

    /// <summary>Writer of the stored state that it builds on.</summary>
    [Id(2)]
    public required long BaseWriter { get; init; }

    /// <summary>What the order adds to its lane now.</summary>
    [Id(3)]
    public LaneContribution? Contribution { get; init; }

    /// <summary>Lanes (<see cref="Lane.Code"/>) that the order contributed to and has left.</summary>
    [Id(4)]
    public IReadOnlyList<uint> PastLanes { get; init; } = [];

    /// <summary>How many of the events were news.</summary>
    [Id(5)]
    public int Added { get; init; }

    /// <summary>Why the fold refused the events; the case is then as it was. Null when all is well.</summary>
    [Id(6)]
    public string? Failure { get; init; }

    /// <summary>The lane (<see cref="Domain.Lane.Code"/>) that the order is in, whether or not it contributes yet.</summary>
    [Id(7)]
    public uint? Lane { get; init; }

    /// <summary>Whether there is anything that may not be stored yet.</summary>
    public bool IsUnstored => Failure is null && (State.Version != BaseVersion || State.Writer != BaseWriter);
}

/// <summary>How a case input travels between silos.</summary>
[GenerateSerializer]
[Alias("eip.CaseInput")]
public struct CaseInputSurrogate
{
    /// <summary>The order's id.</summary>
    [Id(0)]
    public string OrderId { get; set; }

    /// <summary>The packed events.</summary>
    [Id(1)]
    public byte[] Events { get; set; }

    /// <summary>The seed.</summary>
    [Id(2)]
    public CaseState? Seed { get; set; }

    /// <summary>Whether the store has refused what the grain gave.</summary>
    [Id(3)]
    public bool IsRefused { get; set; }
}

/// <summary>Packs and unpacks case inputs.</summary>
[RegisterConverter]
public sealed class CaseInputConverter : IConverter<CaseInput, CaseInputSurrogate>
{
    /// <inheritdoc/>
    public CaseInput ConvertFromSurrogate(in CaseInputSurrogate surrogate)
    {
        var orderId = OrderId.Parse(surrogate.OrderId);
        ReadOnlySpan<byte> packed = surrogate.Events;
        return new CaseInput(orderId, EventPacking.ReadTimeline(ref packed, orderId), surrogate.Seed, surrogate.IsRefused);
    }

    /// <inheritdoc/>
    public CaseInputSurrogate ConvertToSurrogate(in CaseInput value)
    {
        var output = new ArrayBufferWriter<byte>(16 + (value.Events.Length * 48));
        EventPacking.WriteTimeline(output, value.Events.Span);
        return new CaseInputSurrogate
        {
            OrderId = value.OrderId.ToString(), Events = output.WrittenSpan.ToArray(), Seed = value.Seed, IsRefused = value.IsRefused,
        };
    }
}

using System.Buffers;
using Eip.Domain;

namespace Eip.Grains.Abstractions;

/// <summary>What one order contributes to a lane from one version on.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Version">The case's version; a lane keeps what the highest version says.</param>
/// <param name="Contribution">The contribution; null when the order has left the lane.</param>
public readonly record struct LaneChange(OrderId OrderId, long Version, LaneContribution? Contribution);

/// <summary>Changes for one lane, all of them stored already.</summary>
/// <param name="items">The changes.</param>
/// <param name="watermark">The greatest event time that the sender has folded and that counts; null when there is none.</param>
[Immutable]
public sealed class LaneChanges(IReadOnlyList<LaneChange> items, EventTime? watermark)
{
    /// <summary>The changes.</summary>
    public IReadOnlyList<LaneChange> Items { get; } = items;

    /// <summary>The greatest event time that the sender has folded and that counts; null when there is none.</summary>
    public EventTime? Watermark { get; } = watermark;
}

/// <summary>How lane changes travel between silos.</summary>
[GenerateSerializer]
[Alias("eip.LaneChanges")]
public struct LaneChangesSurrogate
{
    /// <summary>The orders, packed.</summary>
    [Id(0)]
    public byte[] Orders { get; set; }

    /// <summary>Their contributions.</summary>
    [Id(1)]
    public LaneContribution?[] Contributions { get; set; }

    /// <summary>The watermark in Unix seconds; the least number there is when there is none.</summary>
    [Id(2)]
    public long Watermark { get; set; }
}

/// <summary>Packs and unpacks lane changes.</summary>
[RegisterConverter]
public sealed class LaneChangesConverter : IConverter<LaneChanges, LaneChangesSurrogate>
{
    /// <inheritdoc/>
    public LaneChanges ConvertFromSurrogate(in LaneChangesSurrogate surrogate)
    {
        ReadOnlySpan<byte> input = surrogate.Orders;
        var items = new LaneChange[surrogate.Contributions.Length];
        for (int i = 0; i < items.Length; i++)
            items[i] = new LaneChange(EventPacking.ReadOrderId(ref input), EventPacking.ReadInt64(ref input), surrogate.Contributions[i]);
        return new LaneChanges(items, surrogate.Watermark is not long.MinValue and var seconds ? new EventTime(seconds) : null);
    }

    /// <inheritdoc/>
    public LaneChangesSurrogate ConvertToSurrogate(in LaneChanges value)
    {
        var output = new ArrayBufferWriter<byte>(16 + (value.Items.Count * 48));
        foreach (var item in value.Items)
        {
            EventPacking.WriteOrderId(output, item.OrderId);
            EventPacking.WriteInt64(output, item.Version);
        }

        return new LaneChangesSurrogate
        {
            Orders = output.WrittenSpan.ToArray(),
            Contributions = [.. value.Items.Select(static item => item.Contribution)],
            Watermark = value.Watermark?.UnixSeconds ?? long.MinValue,
        };
    }
}

/// <summary>What a lane contributed in a window of event-time days, one entry an order: figures over several lanes are drawn from the sum.</summary>
/// <param name="contributions">The contributions that touch the window.</param>
[GenerateSerializer]
[Immutable]
[Alias("eip.LaneWindow")]
public sealed class LaneWindow(LaneContribution[] contributions)
{
    /// <summary>The contributions that touch the window.</summary>
    [Id(0)]
    public LaneContribution[] Contributions { get; } = contributions;
}

using Eip.Domain;
using Eip.Grains.Abstractions;
using Orleans.Metadata;

namespace Eip.Grains;

/// <summary>
/// References to the grains of orders and lanes. The factory's own look-up by interface reads attributes by reflection each time, a ninth of what
/// an event costs; here that is done once.
/// </summary>
public sealed class GrainReferences(IGrainFactory grains, GrainInterfaceTypeResolver interfaces)
{
    internal const string FulfillmentType = "eip.fulfillment";
    internal const string LaneType = "eip.lane";
    private static readonly GrainType Fulfillment = GrainType.Create(FulfillmentType), LaneGrains = GrainType.Create(LaneType);
    private readonly GrainInterfaceType fulfillmentInterface = interfaces.GetGrainInterfaceType(typeof(IFulfillmentGrain));
    private readonly GrainInterfaceType laneInterface = interfaces.GetGrainInterfaceType(typeof(ILaneGrain));

    /// <summary>The grain of an order.</summary>
    public IFulfillmentGrain Order(OrderId order)
    {
        byte[] key = new byte[order.Utf8Length];
        order.Format(key);
        return (IFulfillmentGrain)grains.GetGrain(GrainId.Create(Fulfillment, new IdSpan(key)), fulfillmentInterface);
    }

    /// <summary>The grain of a lane.</summary>
    public ILaneGrain Lane(Lane lane) => (ILaneGrain)grains.GetGrain(GrainId.Create(LaneGrains, IdSpan.Create(LaneKey.Of(lane))), laneInterface);
}

using System.Diagnostics.CodeAnalysis;

namespace Eip.Domain;

/// <summary>
/// What happened to an order. The value is the lifecycle rank (fulfillment-v1 §2) and is persisted: it never changes. Values leave no gap; every form
/// that holds one has room for all 255.
/// </summary>
[SuppressMessage("Design", "CA1008:Enums should have zero value", Justification = "An event always has a type; zero in a stored record is damage.")]
public enum EventType : byte
{
    /// <summary>ORDER_PLACED, of OMS.</summary>
    OrderPlaced = 1,

    /// <summary>ORDER_APPROVED, of OMS.</summary>
    OrderApproved = 2,

    /// <summary>WAREHOUSE_ASSIGNED, of WMS.</summary>
    WarehouseAssigned = 3,

    /// <summary>HANDED_TO_CARRIER, of TMS.</summary>
    HandedToCarrier = 4,

    /// <summary>DELIVERED, of TMS.</summary>
    Delivered = 5,

    /// <summary>DELIVERY_DELAYED, of TMS: the only judgement that makes an order late.</summary>
    DeliveryDelayed = 6,

    /// <summary>ORDER_CANCELLED, of OMS.</summary>
    OrderCancelled = 7,
}

/// <summary>The system that owns a type of event.</summary>
public enum EventSource : byte
{
    /// <summary>Order management.</summary>
    Oms = 1,

    /// <summary>Warehouse management.</summary>
    Wms = 2,

    /// <summary>Transport management.</summary>
    Tms = 3,
}

/// <summary>Names and owners of the event types (fulfillment-v1 §1).</summary>
public static class EventTypes
{
    private static readonly string[] Names =
        ["", "ORDER_PLACED", "ORDER_APPROVED", "WAREHOUSE_ASSIGNED", "HANDED_TO_CARRIER", "DELIVERED", "DELIVERY_DELAYED", "ORDER_CANCELLED"];

    private static readonly string[] SourceNames = ["", "OMS", "WMS", "TMS"];

    /// <summary>All types in lifecycle order.</summary>
    public static IReadOnlyList<EventType> All { get; } = Enum.GetValues<EventType>();

    /// <summary>Whether the value is a type of the contract.</summary>
    public static bool IsDefined(this EventType type) => (int)type > 0 && (int)type < Names.Length;

    /// <summary>
    /// Whether it happens once in an order's life: its earliest time is on the card, and a second time is an anomaly (fulfillment-v1 §3). Other types
    /// stand in the timeline alone.
    /// </summary>
    public static bool IsMilestone(this EventType type) => type is >= EventType.OrderPlaced and <= EventType.OrderCancelled;

    /// <summary>The contract's name, such as ORDER_PLACED.</summary>
    public static string Name(this EventType type) => Names[(int)type];

    /// <summary>The system that owns the type.</summary>
    public static EventSource Source(this EventType type) => type switch
    {
        EventType.OrderPlaced or EventType.OrderApproved or EventType.OrderCancelled => EventSource.Oms,
        EventType.WarehouseAssigned => EventSource.Wms,
        EventType.HandedToCarrier or EventType.Delivered or EventType.DeliveryDelayed => EventSource.Tms,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an event type of the contract."),
    };

    /// <summary>The contract's name of an owner, such as OMS.</summary>
    public static string Name(this EventSource source) => SourceNames[(int)source];

    /// <summary>Reads a contract name; LATE_DETECTED is read as DELIVERY_DELAYED.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out EventType type)
    {
        for (int i = 1; i < Names.Length; i++)
        {
            if (name.SequenceEqual(Names[i]))
            {
                type = (EventType)i;
                return true;
            }
        }

        type = EventType.DeliveryDelayed;
        return name.SequenceEqual("LATE_DETECTED");
    }
}

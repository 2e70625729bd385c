using System.Globalization;
using Eip.Domain;

namespace Eip.Simulator.Faults;

/// <summary>Lines that no reader of the contract takes, in the shapes that real producers get wrong.</summary>
internal static class MalformedLine
{
    private const int Shapes = 7;

    /// <summary>A malformed line made from an event; the seed picks its shape.</summary>
    public static string Of(in FulfillmentEvent @event, ulong seed)
    {
        string json = EventJson.ToJson(@event);
        return (seed % Shapes) switch
        {
            0 => json[..(1 + (int)((seed >> 8) % (ulong)(json.Length - 1)))],
            1 => json.Replace($"\"{@event.Type.Name()}\"", $"\"{@event.Type.Name().Replace('_', ' ')}S\"", StringComparison.Ordinal),
            2 => json.Replace(@event.EventAt.ToString(), @event.EventAt.ToDateTimeOffset().ToString("dd/MM/yyyy HH:mm", CultureInfo.InvariantCulture), StringComparison.Ordinal),
            3 => json.Replace(@event.Id.ToString(), new string('0', 32), StringComparison.Ordinal),
            4 => json.Replace($"\"source\":\"{@event.Source.Name()}\"", "\"source\":\"ERP\"", StringComparison.Ordinal),
            5 => json.Replace("\"orderId\":", "\"order\":", StringComparison.Ordinal),
            _ => string.Create(CultureInfo.InvariantCulture, $"{@event.OrderId};{@event.Type.Name()};{@event.EventAt}"),
        };
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Eip.Domain;

namespace Eip.Api.Json;

/// <summary>Event time in the contract's form, <c>yyyy-MM-ddTHH:mm:ssZ</c>.</summary>
internal sealed class EventTimeConverter : JsonConverter<EventTime>
{
    public override EventTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        EventTime.TryParse(reader.GetString(), out var time) ? time : throw new JsonException("A time of the form yyyy-MM-ddTHH:mm:ssZ is needed.");

    public override void Write(Utf8JsonWriter writer, EventTime value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[EventTime.TextLength];
        value.Format(text);
        writer.WriteStringValue(text);
    }
}

/// <summary>An order id as its text.</summary>
internal sealed class OrderIdConverter : JsonConverter<OrderId>
{
    public override OrderId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        OrderId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("An order id is needed.");

    public override void Write(Utf8JsonWriter writer, OrderId value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[OrderId.MaxUtf8Length];
        writer.WriteStringValue(text[..value.Format(text)]);
    }
}

/// <summary>A region as two letters, or null when unknown.</summary>
internal sealed class RegionConverter : JsonConverter<Region>
{
    public override bool HandleNull => true;

    public override Region Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return Region.Unknown;
        return Region.TryParse(reader.GetString(), out var region) ? region : throw new JsonException("A region of two capital letters is needed.");
    }

    public override void Write(Utf8JsonWriter writer, Region value, JsonSerializerOptions options)
    {
        if (!value.IsKnown)
        {
            writer.WriteNullValue();
            return;
        }

        Span<byte> text = [(byte)(value.Code >> 8), (byte)value.Code];
        writer.WriteStringValue(text);
    }
}

/// <summary>A lane as <c>SP-RJ</c>, a form that needs no escaping in an address.</summary>
internal sealed class LaneConverter : JsonConverter<Lane>
{
    public override Lane Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Lane.TryParse(reader.GetString(), out var lane) ? lane : throw new JsonException("A lane such as SP-RJ is needed.");

    public override void Write(Utf8JsonWriter writer, Lane value, JsonSerializerOptions options)
    {
        uint code = value.Code;
        Span<byte> text = [(byte)(code >> 24), (byte)(code >> 16), (byte)'-', (byte)(code >> 8), (byte)code];
        writer.WriteStringValue(text);
    }
}

/// <summary>A status by its contract name.</summary>
internal sealed class CaseStatusConverter : JsonConverter<CaseStatus>
{
    private static readonly JsonEncodedText[] Names = [default, .. CaseNames.AllStatuses.Select(static status => JsonEncodedText.Encode(status.Name()))];

    public override CaseStatus Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        CaseNames.TryParse(reader.GetString() ?? "", out CaseStatus status) ? status : throw new JsonException("A status of the contract is needed.");

    public override void Write(Utf8JsonWriter writer, CaseStatus value, JsonSerializerOptions options) => writer.WriteStringValue(Names[(int)value]);
}

/// <summary>Anomalies as a list of contract names.</summary>
internal sealed class CaseAnomaliesConverter : JsonConverter<CaseAnomalies>
{
    private static readonly JsonEncodedText[] Names =
        [.. CaseNames.AllAnomalies.Select(static anomaly => JsonEncodedText.Encode(anomaly.Names().Single()))];

    public override CaseAnomalies Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Anomalies are found, never given.");

    public override void Write(Utf8JsonWriter writer, CaseAnomalies value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        for (int i = 0; i < Names.Length; i++)
        {
            if (((int)value & (1 << i)) != 0)
                writer.WriteStringValue(Names[i]);
        }

        writer.WriteEndArray();
    }
}

/// <summary>A step by its name in queries: <c>approval</c>, <c>handling</c>, <c>transit</c>; none is null.</summary>
internal sealed class OpenStepConverter : JsonConverter<OpenStep>
{
    public override OpenStep Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Steps are found, never given.");

    public override void Write(Utf8JsonWriter writer, OpenStep value, JsonSerializerOptions options)
    {
        switch (value)
        {
            case OpenStep.Approval: writer.WriteStringValue("approval"u8); break;
            case OpenStep.Handling: writer.WriteStringValue("handling"u8); break;
            case OpenStep.Transit: writer.WriteStringValue("transit"u8); break;
            default: writer.WriteNullValue(); break;
        }
    }
}

/// <summary>An event exactly as the contract writes it.</summary>
internal sealed class FulfillmentEventConverter : JsonConverter<FulfillmentEvent>
{
    public override FulfillmentEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Events are read by EventJson.");

    public override void Write(Utf8JsonWriter writer, FulfillmentEvent value, JsonSerializerOptions options) => EventJson.Write(writer, value);
}

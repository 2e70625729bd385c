using System.Text.Json.Nodes;
using Eip.Domain;
using Microsoft.OpenApi;

namespace Eip.Api.OpenApi;

/// <summary>The schemas of the contract's own types, which are written by converters of ours.</summary>
internal static class SchemaForms
{
    public static void Apply(OpenApiSchema schema, Type type)
    {
        bool nullable = Nullable.GetUnderlyingType(type) is not null || type == typeof(Region) || type == typeof(OpenStep);
        var core = Nullable.GetUnderlyingType(type) ?? type;
        if (core == typeof(EventTime))
            Text(schema, nullable, @"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$", "date-time");
        else if (core == typeof(OrderId))
            Text(schema, nullable, null, null);
        else if (core == typeof(Region))
            Text(schema, nullable, "^[A-Z]{2}$", null);
        else if (core == typeof(Lane))
            Text(schema, nullable, "^[A-Z]{2}-[A-Z]{2}$", null);
        else if (core == typeof(CaseStatus))
            Words(schema, nullable, CaseNames.AllStatuses.Select(static status => status.Name()));
        else if (core == typeof(OpenStep))
            Words(schema, nullable, ["approval", "handling", "transit"]);
        else if (core == typeof(CaseAnomalies))
            Anomalies(schema);
        else if (core == typeof(FulfillmentEvent))
            Event(schema);
    }

    /// <summary>Problem details.</summary>
    public static OpenApiSchema Problem() => new()
    {
        Type = JsonSchemaType.Object,
        Properties = Properties(("type", JsonSchemaType.String), ("title", JsonSchemaType.String), ("status", JsonSchemaType.Integer), ("detail", JsonSchemaType.String),
            ("instance", JsonSchemaType.String), ("field", JsonSchemaType.String | JsonSchemaType.Null), ("traceId", JsonSchemaType.String)),
    };

    private static void Text(OpenApiSchema schema, bool nullable, string? pattern, string? format)
    {
        Clear(schema);
        schema.Type = nullable ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
        schema.Pattern = pattern;
        schema.Format = format;
    }

    private static void Words(OpenApiSchema schema, bool nullable, IEnumerable<string> words)
    {
        Text(schema, nullable, null, null);
        schema.Enum = [.. words.Select(static word => (JsonNode)JsonValue.Create(word))];
    }

    private static void Anomalies(OpenApiSchema schema)
    {
        Clear(schema);
        schema.Type = JsonSchemaType.Array;
        var item = new OpenApiSchema();
        Words(item, nullable: false, CaseNames.AllAnomalies.Select(static anomaly => anomaly.Names().Single()));
        schema.Items = item;
    }

    private static void Event(OpenApiSchema schema)
    {
        Clear(schema);
        schema.Type = JsonSchemaType.Object;
        schema.Properties = Properties(("eventId", JsonSchemaType.String), ("eventType", JsonSchemaType.String), ("eventAt", JsonSchemaType.String),
            ("orderId", JsonSchemaType.String), ("source", JsonSchemaType.String), ("sellerRegion", JsonSchemaType.String | JsonSchemaType.Null),
            ("customerRegion", JsonSchemaType.String | JsonSchemaType.Null), ("payload", JsonSchemaType.Object));
    }

    private static Dictionary<string, IOpenApiSchema> Properties(params ReadOnlySpan<(string Name, JsonSchemaType Type)> properties)
    {
        var all = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
        foreach (var (name, type) in properties)
            all[name] = new OpenApiSchema { Type = type };
        return all;
    }

    private static void Clear(OpenApiSchema schema)
    {
        schema.Enum = null;
        schema.Properties = null;
        schema.Required = null;
        schema.Items = null;
    }
}

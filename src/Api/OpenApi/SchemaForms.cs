using System.Text.Json.Nodes;
using Eip.Domain;
using Microsoft.OpenApi;

namespace Eip.Api.OpenApi;

/// <summary>The schemas of the contract's own types, which are written by converters of ours.</summary>
internal static class SchemaForms
{
    private const string MomentPattern = @"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$";
    private const string RegionPattern = "^[A-Z]{2}$";

    public static void Apply(OpenApiSchema schema, Type type)
    {
        bool nullable = Nullable.GetUnderlyingType(type) is not null || type == typeof(Region) || type == typeof(OpenStep);
        var core = Nullable.GetUnderlyingType(type) ?? type;
        if (core == typeof(EventTime))
            Text(schema, nullable, MomentPattern, "date-time");
        else if (core == typeof(OrderId))
            Text(schema, nullable, null, null);
        else if (core == typeof(Region))
            Text(schema, nullable, RegionPattern, null);
        else if (core == typeof(Lane))
            Text(schema, nullable, "^[A-Z]{2}-[A-Z]{2}$", null);
        else if (core == typeof(CaseStatus))
            Words(schema, nullable, CaseNames.AllStatuses.Select(static status => status.Name()));
        else if (core == typeof(OpenStep))
            Words(schema, nullable, ["approval", "handling", "transit"]);
        else if (core == typeof(CaseAnomalies))
            Anomalies(schema);
        else if (core == typeof(FulfillmentEvent))
            Event(schema, isBody: false);
    }

    /// <summary>An event as a body or an answer has it.</summary>
    public static OpenApiSchema Event(bool isBody)
    {
        var schema = new OpenApiSchema();
        Event(schema, isBody);
        return schema;
    }

    /// <summary>Problem details.</summary>
    public static OpenApiSchema Problem() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string>(StringComparer.Ordinal) { "type", "title", "status", "detail", "instance", "field", "traceId" },
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
        if (nullable)
            schema.Enum.Add(JsonNullSentinel.JsonNull);
    }

    private static void Anomalies(OpenApiSchema schema)
    {
        Clear(schema);
        schema.Type = JsonSchemaType.Array;
        var item = new OpenApiSchema();
        Words(item, nullable: false, CaseNames.AllAnomalies.Select(static anomaly => anomaly.Names().Single()));
        schema.Items = item;
    }

    private static void Event(OpenApiSchema schema, bool isBody)
    {
        Clear(schema);
        schema.Type = JsonSchemaType.Object;
        schema.Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["eventId"] = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[0-9a-f]{32}$" },
            ["eventType"] = Word(EventTypes.All.Select(static type => type.Name())),
            ["eventAt"] = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = MomentPattern },
            ["orderId"] = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = OrderId.MaxUtf8Length },
            ["source"] = Word(["OMS", "WMS", "TMS"]),
            ["sellerRegion"] = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null, Pattern = RegionPattern },
            ["customerRegion"] = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null, Pattern = RegionPattern },
            ["payload"] = new OpenApiSchema { Type = JsonSchemaType.Object },
        };
        schema.Required = schema.Properties.Keys.Where(name => !isBody || name != "eventId").ToHashSet(StringComparer.Ordinal);
    }

    private static OpenApiSchema Word(IEnumerable<string> words)
    {
        var schema = new OpenApiSchema();
        Words(schema, nullable: false, words);
        return schema;
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

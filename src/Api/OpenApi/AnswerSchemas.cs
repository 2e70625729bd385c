using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Eip.Api.Json;
using Eip.Api.Shipments;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Eip.Api.OpenApi;

/// <summary>
/// Makes the schemas say what the writer does: every field is there, whether or not it is null, and null is named where it may come. Only a selection of
/// fields leaves out the others.
/// </summary>
internal sealed class AnswerSchemas
{
    private const string Selected = "SelectedCardItem";
    private readonly ConcurrentDictionary<string, JsonTypeInfo> types = new(StringComparer.Ordinal);

    /// <summary>Takes note of a type that has a schema.</summary>
    public void Note(JsonTypeInfo type)
    {
        // As our writer has it: what it writes by a converter has its schema already.
        var written = ApiJsonContext.Default.GetTypeInfo(type.Type) ?? type;
        if (written.Kind == JsonTypeInfoKind.Object && OpenApiOptions.CreateDefaultSchemaReferenceId(type) is { } id)
            types[id] = written;
    }

    /// <summary>Completes the schemas of a document.</summary>
    public void Complete(OpenApiDocument document)
    {
        var schemas = document.Components?.Schemas ?? throw new InvalidOperationException("The document has no schemas.");
        foreach (var (id, type) in types)
        {
            if (schemas.TryGetValue(id, out var found) && found is OpenApiSchema { Properties: { } properties } schema)
            {
                foreach (var property in type.Properties.Where(property => properties.ContainsKey(property.Name)))
                {
                    properties[property.Name] = Nullable(properties[property.Name], MayBeNull(property));
                    if (properties[property.Name] is OpenApiSchema text && Words(property) is { } words)
                        text.Enum = [.. words.Values.Select(static word => (JsonNode)(string)word!)];
                }

                schema.Required = type.Properties.Where(property => IsAnswer(type) || property.IsRequired).Select(static property => property.Name)
                    .ToHashSet(StringComparer.Ordinal);
            }
        }

        Select(document, schemas);
    }

    // A body may leave out what is not required; an answer never leaves anything out.
    private static bool IsAnswer(JsonTypeInfo type) => type.Type != typeof(Replay.ReplayStart) && type.Type != typeof(Replay.ReplayPatch);

    private static bool MayBeNull(JsonPropertyInfo property) =>
        System.Nullable.GetUnderlyingType(property.PropertyType) is not null || (!property.PropertyType.IsValueType && property.IsGetNullable);

    private static AllowedValuesAttribute? Words(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(AllowedValuesAttribute), inherit: true).OfType<AllowedValuesAttribute>().FirstOrDefault();

    private static IOpenApiSchema Nullable(IOpenApiSchema schema, bool mayBeNull)
    {
        // The generator is right about some of these, and not about properties without a setter.
        if (schema is OpenApiSchema { OneOf: { } choices })
            schema = choices.FirstOrDefault(static choice => choice is OpenApiSchemaReference) ?? schema;
        if (schema is OpenApiSchemaReference reference)
            return mayBeNull ? new OpenApiSchema { AnyOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, reference], Description = reference.Description } : reference;
        if (schema is OpenApiSchema { Type: { } type } plain)
            plain.Type = mayBeNull ? type | JsonSchemaType.Null : type & ~JsonSchemaType.Null;
        return schema;
    }

    private static void Select(OpenApiDocument document, IDictionary<string, IOpenApiSchema> schemas)
    {
        if (schemas.TryGetValue(nameof(CardDocument), out var one) && one is OpenApiSchema card)
            card.Required = new HashSet<string>(StringComparer.Ordinal) { "asOf", "watermark" };
        if (schemas.TryGetValue(nameof(CardItem), out var item) && item is OpenApiSchema whole
            && schemas.TryGetValue("ListDocumentOfCardItem", out var page) && page is OpenApiSchema { Properties: { } fields })
        {
            var selected = (OpenApiSchema)whole.CreateShallowCopy();
            selected.Required = null;
            selected.Description = "A card, or those of its fields that were asked for.";
            schemas[Selected] = selected;
            fields["items"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchemaReference(Selected, document), Description = fields["items"].Description };
        }
    }
}

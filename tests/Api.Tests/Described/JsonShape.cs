using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Eip.Api.Tests.Described;

/// <summary>Holds JSON against the schemas of an OpenAPI document, as far as the document uses JSON Schema; a field that no schema names is wrong as well.</summary>
internal sealed class JsonShape(JsonObject document)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>What is wrong with a value; null when nothing is.</summary>
    public string? Wrong(JsonNode? value, JsonNode schema, string at = "$")
    {
        var known = Resolve(schema);
        if (known["anyOf"] is JsonArray choices)
            return choices.Any(choice => Wrong(value, choice!, at) is null) ? null : $"{at} is {Shown(value)}: none of the schemas that it may have.";
        if (known["type"] is { } type && !Types(type).Contains(TypeOf(value)) && !(TypeOf(value) == "integer" && Types(type).Contains("number")))
            return $"{at} is {Shown(value)}, which is not of type {type.ToJsonString()}.";
        if (known["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value)))
            return $"{at} is {Shown(value)}, none of {words.ToJsonString()}.";
        return value switch
        {
            JsonObject fields => Wrong(fields, known, at),
            JsonArray items when known["items"] is { } item => items.Select((one, index) => Wrong(one, item, $"{at}[{index}]")).FirstOrDefault(static wrong => wrong is not null),
            JsonValue text when TypeOf(text) == "string" => Wrong(text.GetValue<string>(), known, at),
            _ => null,
        };
    }

    /// <summary>A schema, or what it refers to.</summary>
    public JsonObject Resolve(JsonNode schema) =>
        schema["$ref"] is { } reference ? (JsonObject)document["components"]!["schemas"]![reference.GetValue<string>().Split('/')[^1]]! : (JsonObject)schema;

    private string? Wrong(JsonObject fields, JsonObject schema, string at)
    {
        foreach (var required in schema["required"]?.AsArray() ?? [])
        {
            if (!fields.ContainsKey(required!.GetValue<string>()))
                return $"{at} lacks {required}.";
        }

        var properties = schema["properties"]?.AsObject();
        foreach (var (name, value) in fields)
        {
            var form = properties?[name] ?? schema["additionalProperties"];
            if (form is null && properties is not null)
                return $"{at}.{name} is in no schema.";
            if (form is JsonObject && Wrong(value, form, $"{at}.{name}") is { } wrong)
                return wrong;
        }

        return null;
    }

    private static string? Wrong(string text, JsonObject schema, string at) =>
        schema["pattern"] is { } pattern && !Regex.IsMatch(text, pattern.GetValue<string>(), RegexOptions.ECMAScript, Patience)
            ? $"{at} is '{text}', which is not of the form {pattern}."
            : schema["maxLength"] is { } most && text.Length > most.GetValue<int>() ? $"{at} is longer than {most}." : null;

    private static IEnumerable<string> Types(JsonNode type) => type is JsonArray several ? several.Select(static one => one!.GetValue<string>()) : [type.GetValue<string>()];

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => value.ToJsonString().All(static digit => char.IsAsciiDigit(digit) || digit == '-') ? "integer" : "number",
    };

    private static string Shown(JsonNode? value)
    {
        string text = value?.ToJsonString() ?? "null";
        return text.Length > 200 ? string.Create(CultureInfo.InvariantCulture, $"{text[..200]}…") : text;
    }
}

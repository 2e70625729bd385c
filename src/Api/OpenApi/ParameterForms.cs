using System.Globalization;
using System.Text.Json.Nodes;
using Eip.Api.Queries;
using Eip.Domain;
using Microsoft.OpenApi;

namespace Eip.Api.OpenApi;

/// <summary>The schema of a parameter. Its form follows from its name, which means the same at every path, unless its table says more.</summary>
internal static class ParameterForms
{
    private const string Region = "^([A-Z]{2}|unknown)$";
    private const string Lane = "^[A-Z]{2}-[A-Z]{2}$";
    private const string Day = @"^\d{4}-\d{2}-\d{2}$";
    private const string Moment = @"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$";
    private const string Duration = @"^(\d+|(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?|P.+)$";

    /// <summary>The schema of a query parameter.</summary>
    public static OpenApiSchema Of(ApiParameter parameter)
    {
        var one = One(parameter);
        if (parameter.Default is { } otherwise)
            one.Default = Value(one, otherwise);
        return parameter.Many ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = one } : one;
    }

    /// <summary>The schema of a part of a path.</summary>
    public static OpenApiSchema OfPath(string name) => name switch
    {
        "seller" or "customer" => Text("^[A-Z]{2}$"),
        "orderId" => new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = OrderId.MaxUtf8Length },
        _ => new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1 },
    };

    /// <summary>A value as a parameter's schema types it.</summary>
    public static JsonNode Value(OpenApiSchema schema, string text) => schema.Type switch
    {
        JsonSchemaType.Array => new JsonArray([.. text.Split(',').Select(static part => (JsonNode)part)]),
        JsonSchemaType.Integer => int.Parse(text, CultureInfo.InvariantCulture),
        JsonSchemaType.Boolean => text == "true",
        _ => text,
    };

    private static OpenApiSchema One(ApiParameter parameter)
    {
        if (parameter.Allowed is ["true", "false"])
            return new OpenApiSchema { Type = JsonSchemaType.Boolean };
        if (parameter.Allowed.Count > 0)
            return new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. parameter.Allowed.Select(static value => (JsonNode)value)] };
        if ((parameter.Range ?? Range(parameter.Name)) is var (least, most))
        {
            return new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = least.ToString(CultureInfo.InvariantCulture),
                Maximum = most.ToString(CultureInfo.InvariantCulture),
            };
        }

        return parameter.Name switch
        {
            "sellerRegion" or "customerRegion" => Text(Region),
            "region" => Text("^[A-Z]{2}$"),
            "lane" or "a" or "b" => Text(Lane),
            "from" or "to" => Text(Day),
            "longerThan" or "olderThan" => Text(Duration),
            "lastEventId" => Text(@"^\d{1,18}$"),
            _ when parameter.Name.EndsWith("From", StringComparison.Ordinal) || parameter.Name.EndsWith("To", StringComparison.Ordinal) => Text(Moment),
            _ when parameter.Name.EndsWith("Min", StringComparison.Ordinal) || parameter.Name.EndsWith("Max", StringComparison.Ordinal) => Text(Duration),
            _ => new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1 },
        };
    }

    private static (int Least, int Most)? Range(string name) => name switch
    {
        "days" => (1, PeriodReader.MaxDays),
        "limit" => (1, new EipApiOptions().MaxLimit),
        "minSamples" => (1, int.MaxValue),
        _ => null,
    };

    private static OpenApiSchema Text(string pattern) => new() { Type = JsonSchemaType.String, Pattern = pattern };
}

using System.Text.Json.Nodes;
using Eip.Api.Http;
using Eip.Api.Queries;
using Eip.Domain;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Eip.Api.OpenApi;

/// <summary>Completes the OpenAPI document with what the endpoints' table says: parameters, bodies, problems, and an example of each.</summary>
internal static class ApiDescription
{
    public const string DocumentName = "v1";
    private static readonly int[] CommonProblems =
        [StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status429TooManyRequests];

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi(DocumentName, static options =>
    {
        options.ShouldInclude = static description => description.ActionDescriptor.EndpointMetadata.OfType<ApiEndpoint>().Any();
        options.AddDocumentTransformer(static (document, _, _) => Complete(document));
        options.AddOperationTransformer(static (operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<ApiEndpoint>().FirstOrDefault() is { } endpoint)
                Complete(operation, endpoint);
            if (HttpMethods.IsHead(context.Description.HttpMethod ?? ""))
                LeaveOutBodies(operation);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer(static (schema, context, _) =>
        {
            SchemaForms.Apply(schema, context.JsonTypeInfo.Type);
            return Task.CompletedTask;
        });
    });

    private static Task Complete(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "EIP Ops API",
            Version = "1",
            Description = "Find the order that is in trouble, and the lane to avoid. Times are UTC; every answer tells asOf and watermark; failures are problem details (RFC 9457).",
        };
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            ["apiKey"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-Api-Key" },
            ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
        };
        document.Security =
        [
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("apiKey", document)] = [] },
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", document)] = [] },
            new OpenApiSecurityRequirement(),
        ];
        return Task.CompletedTask;
    }

    private static void Complete(OpenApiOperation operation, ApiEndpoint endpoint)
    {
        operation.Parameters =
        [
            .. RoutePatternFactory.Parse(endpoint.Pattern).Parameters.Select(static part => Path(part.Name)),
            .. endpoint.Parameters.Select(static parameter => Query(parameter)),
        ];
        if (endpoint.Accepts.Count > 0)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = endpoint.Accepts.ToDictionary(
                    static type => type,
                    type => new OpenApiMediaType { Schema = new OpenApiSchema { Type = BodyType(type) }, Example = Examples.Body(endpoint.Name, type) },
                    StringComparer.Ordinal),
            };
        }

        operation.Responses ??= [];
        if (operation.Responses.TryGetValue("200", out var answer) && answer.Content is { } contents)
        {
            foreach (var (type, content) in contents)
                content.Example = Examples.Answer(endpoint.Name, type);
        }

        foreach (int status in CommonProblems.Concat(endpoint.Problems).Distinct())
        {
            operation.Responses[status.ToString()] = new OpenApiResponse
            {
                Description = ReasonPhrases.GetReasonPhrase(status),
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    [ProblemWriter.ContentType] = new OpenApiMediaType { Schema = SchemaForms.Problem(), Example = Examples.Problem(status, endpoint) },
                },
            };
        }
    }

    private static void LeaveOutBodies(OpenApiOperation operation)
    {
        operation.OperationId += "-head";
        operation.Summary += " The headers alone.";
        foreach (var response in operation.Responses!.Values)
            response.Content?.Clear();
    }

    // NDJSON is lines, and an ingest body is an array; other JSON is an object.
    private static JsonSchemaType BodyType(string mediaType) => mediaType.EndsWith("ndjson", StringComparison.Ordinal) ? JsonSchemaType.String : JsonSchemaType.Object | JsonSchemaType.Array;

    private static OpenApiParameter Path(string name) => new()
    {
        Name = name,
        In = ParameterLocation.Path,
        Required = true,
        Description = name switch
        {
            "orderId" => $"An order id of 1 to {OrderId.MaxUtf8Length} bytes.",
            "seller" => "The seller's region.",
            "customer" => "The customer's region.",
            _ => "The letter's id.",
        },
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        Example = Examples.PathPart(name),
    };

    private static OpenApiParameter Query(ApiParameter parameter)
    {
        var one = new OpenApiSchema { Type = JsonSchemaType.String };
        if (parameter.Allowed.Count > 0)
            one.Enum = [.. parameter.Allowed.Select(static value => (JsonNode)JsonValue.Create(value))];
        string example = parameter.Name == "after" ? Examples.Cursor : parameter.Example;
        return new OpenApiParameter
        {
            Name = parameter.Name,
            In = ParameterLocation.Query,
            Required = parameter.Required,
            Description = parameter.Many ? parameter.Description + " Several values may be given." : parameter.Description,
            Schema = parameter.Many ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = one } : one,
            Style = parameter.Many ? ParameterStyle.Form : null,
            Explode = false,
            Example = parameter.Many ? new JsonArray([.. example.Split(',').Select(static value => (JsonNode)JsonValue.Create(value))]) : JsonValue.Create(example),
        };
    }
}

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
    private static readonly int[] CommonProblems = [StatusCodes.Status400BadRequest, StatusCodes.Status414UriTooLong, StatusCodes.Status500InternalServerError];

    private static readonly int[] GuardedProblems =
    [
        StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status429TooManyRequests,
        StatusCodes.Status503ServiceUnavailable, StatusCodes.Status504GatewayTimeout,
    ];

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi(DocumentName, static options =>
    {
        var answers = new AnswerSchemas();
        options.ShouldInclude = static description => description.ActionDescriptor.EndpointMetadata.OfType<ApiEndpoint>().Any();
        options.AddDocumentTransformer((document, _, _) =>
        {
            answers.Complete(document);
            return Complete(document);
        });
        options.AddOperationTransformer(static async (operation, context, cancellation) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<ApiEndpoint>().FirstOrDefault() is not { } endpoint)
                return;
            var body = endpoint.Body is { } type ? await context.GetOrCreateSchemaAsync(type, null, cancellation) : null;
            Complete(operation, endpoint, body, context.Description.HttpMethod ?? "");
            if (HttpMethods.IsHead(context.Description.HttpMethod ?? ""))
                LeaveOutBodies(operation);
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            SchemaForms.Apply(schema, context.JsonTypeInfo.Type);
            answers.Note(context.JsonTypeInfo);
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

    private static void Complete(OpenApiOperation operation, ApiEndpoint endpoint, OpenApiSchema? body, string method)
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
                    type => new OpenApiMediaType { Schema = BodySchema(type, body), Example = Examples.Body(endpoint.Name, type) },
                    StringComparer.Ordinal),
            };
        }

        operation.Responses ??= [];
        if (operation.Responses.TryGetValue("200", out var answer) && answer.Content is { } contents)
        {
            foreach (var (type, content) in contents)
            {
                content.Example = Examples.Answer(endpoint.Name, type);
                if (!type.EndsWith("json", StringComparison.Ordinal) || type.EndsWith("ndjson", StringComparison.Ordinal))
                    content.Schema = new OpenApiSchema { Type = JsonSchemaType.String };
            }

            if (contents.ContainsKey("application/json") && (HttpMethods.IsGet(method) || HttpMethods.IsHead(method)) && endpoint.Pattern.StartsWith(ApiPaths.Root, StringComparison.Ordinal))
                operation.Responses["304"] = new OpenApiResponse { Description = "What If-None-Match names still holds." };
        }

        int[] guarded = ApiPaths.IsGuarded(endpoint.Pattern) ? GuardedProblems : [];
        foreach (int status in CommonProblems.Concat(guarded).Concat(endpoint.Problems).Distinct())
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

    // NDJSON is lines, and an ingest body is an array of events; other JSON is an object.
    private static OpenApiSchema BodySchema(string mediaType, OpenApiSchema? body) =>
        mediaType.EndsWith("ndjson", StringComparison.Ordinal) ? new OpenApiSchema { Type = JsonSchemaType.String }
        : body ?? new OpenApiSchema { Type = JsonSchemaType.Array, Items = SchemaForms.Event(isBody: true) };

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
        Schema = ParameterForms.OfPath(name),
        Example = Examples.PathPart(name),
    };

    private static OpenApiParameter Query(ApiParameter parameter)
    {
        var schema = ParameterForms.Of(parameter);
        string example = parameter.Name == "after" ? Examples.Cursor : parameter.Example;
        return new OpenApiParameter
        {
            Name = parameter.Name,
            In = ParameterLocation.Query,
            Required = parameter.Required,
            Description = parameter.Many ? parameter.Description + " Several values may be given." : parameter.Description,
            Schema = schema,
            Style = parameter.Many ? ParameterStyle.Form : null,
            Explode = false,
            Example = ParameterForms.Value(schema, example),
        };
    }
}

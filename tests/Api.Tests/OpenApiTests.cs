using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Eip.Tests.OpsApi;

namespace Eip.Api.Tests;

public sealed class OpenApiTests
{
    private static readonly string[] Paths =
    [
        "get /api/v1/shipments/{orderId}", "get /api/v1/shipments/{orderId}/timeline", "get /api/v1/shipments",
        "get /api/v1/sla/violations", "get /api/v1/bottlenecks/approval-to-handoff", "get /api/v1/bottlenecks/handoff-to-delivery",
        "get /api/v1/delays/by-seller-region", "get /api/v1/delays/by-lane", "get /api/v1/stuck",
        "get /api/v1/at-risk", "get /api/v1/alerts", "get /api/v1/compare", "get /api/v1/breakdown", "get /api/v1/histogram",
        "get /api/v1/lanes", "get /api/v1/lanes/{seller}/{customer}", "get /api/v1/lanes/{seller}/{customer}/daily", "get /api/v1/lanes/worst",
        "get /api/v1/lanes/compare", "get /api/v1/overview", "get /api/v1/pipeline",
        "post /api/v1/events", "get /api/v1/dead-letters", "post /api/v1/dead-letters/{id}/retry",
        "get /api/v1/replay", "post /api/v1/replay", "patch /api/v1/replay", "delete /api/v1/replay",
        "get /api/v1/live", "get /health/live", "get /health/ready", "get /metrics",
    ];

    [Fact]
    public async Task The_document_names_every_endpoint_with_examples_of_answers_bodies_and_parameters()
    {
        await using var host = await MemoryHost.StartAsync();
        var document = await host.GetAsync("/openapi/v1.json");
        var operations = Operations(document).ToList();
        string[] heads = [.. Paths.Where(static path => path.StartsWith("get ", StringComparison.Ordinal)).Select(static path => "head" + path[3..])];
        operations.Select(static operation => operation.Name).Order().ShouldBe([.. Paths.Concat(heads).Order()]);
        operations.Select(static operation => operation.Operation["operationId"]!.GetValue<string>()).ShouldBeUnique();
        foreach (var (name, operation) in operations.Where(static operation => !operation.Name.StartsWith("head ", StringComparison.Ordinal)))
        {
            operation["summary"]!.GetValue<string>().ShouldNotBeEmpty(name);
            var answers = operation["responses"]!["200"]!["content"]!.AsObject();
            answers.Count.ShouldBeGreaterThan(0, name);
            foreach (var (type, content) in answers)
                content!["example"].ShouldNotBeNull($"{name} answers {type} without an example");
            foreach (var (type, content) in operation["requestBody"]?["content"]?.AsObject() ?? [])
                content!["example"].ShouldNotBeNull($"{name} takes {type} without an example");
            foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
                parameter!["example"].ShouldNotBeNull($"{name} {parameter["name"]}");
            operation["responses"]!["400"]!["content"]!["application/problem+json"]!["example"].ShouldNotBeNull(name);
        }
    }

    [Fact]
    public async Task Every_example_of_a_question_works_and_its_answer_has_the_fields_of_the_example()
    {
        await using var host = await MemoryHost.StartAsync();
        await host.FeedAsync(Fixtures.Orders(200, 11));
        await host.FeedAsync(ExampleOrder());
        foreach (var (name, operation) in Operations(await host.GetAsync("/openapi/v1.json")))
        {
            if (!name.StartsWith("get ", StringComparison.Ordinal) || operation["responses"]!["200"]!["content"]!["application/json"] is not { } content)
                continue;
            string path = Regex.Replace(name[4..], @"\{(?<part>\w+)\}", match => Uri.EscapeDataString(Example(operation, match.Groups["part"].Value)), RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
            var answer = await host.GetAsync(path + Required(operation));
            answer.Select(static field => field.Key).ShouldBe(content["example"]!.AsObject().Select(static field => field.Key), name);
            foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
            {
                if (parameter!["in"]!.GetValue<string>() != "query" || parameter["name"]!.GetValue<string>() is "longerThan" or "after" or "format")
                    continue;
                string value = Example(operation, parameter["name"]!.GetValue<string>());
                string glue = Required(operation).Length == 0 ? "?" : "&";
                if (!Required(operation).Contains(parameter["name"] + "=", StringComparison.Ordinal))
                    await host.GetAsync($"{path}{Required(operation)}{glue}{parameter["name"]}={Uri.EscapeDataString(value)}");
            }
        }
    }

    [Fact]
    public async Task Numbers_are_never_texts_and_an_answer_has_all_its_fields_unless_some_are_selected()
    {
        await using var host = await MemoryHost.StartAsync();
        var document = await host.GetAsync("/openapi/v1.json");
        Schemas(document).Where(static schema => schema["type"] is JsonArray types
            && types.Any(static type => type!.GetValue<string>() == "string") && types.Any(static type => type!.GetValue<string>() is "integer" or "number")).ShouldBeEmpty();
        var components = document["components"]!["schemas"]!.AsObject();
        foreach (var (name, schema) in components.Where(static one => one.Value!["properties"] is not null))
        {
            int fields = schema!["properties"]!.AsObject().Count, required = schema["required"]?.AsArray().Count ?? 0;
            required.ShouldBe(name switch { "SelectedCardItem" or "ReplayPatch" => 0, "ReplayStart" => 1, "CardDocument" => 2, _ => fields }, name);
        }

        components["ReplayItem"]!["properties"]!["state"]!["enum"]!.AsArray().Count.ShouldBe(6);
        components["LaneItem"]!["properties"]!["explain"]!["anyOf"]![0]!["type"]!.GetValue<string>().ShouldBe("null");
    }

    private static IEnumerable<JsonObject> Schemas(JsonNode? node) => node switch
    {
        JsonObject one => one.Select(static field => field.Value).SelectMany(Schemas).Append(one),
        JsonArray several => several.SelectMany(Schemas),
        _ => [],
    };

    [Fact]
    public async Task The_page_of_the_document_loads_nothing_from_elsewhere()
    {
        await using var host = await MemoryHost.StartAsync();
        string page = await host.Client.GetStringAsync("/openapi");
        page.ShouldContain("/openapi/page.js");
        foreach (string text in new[] { page, await host.Client.GetStringAsync("/openapi/page.js"), await host.Client.GetStringAsync("/openapi/page.css") })
        {
            text.ShouldNotContain("http://");
            text.ShouldNotContain("https://");
        }
    }

    private static IEnumerable<(string Name, JsonNode Operation)> Operations(JsonObject document) =>
        document["paths"]!.AsObject().SelectMany(static path => path.Value!.AsObject().Select(operation => ($"{operation.Key} {path.Key}", operation.Value!)));

    private static string Example(JsonNode operation, string parameter)
    {
        var example = operation["parameters"]!.AsArray().Single(one => one!["name"]!.GetValue<string>() == parameter)!["example"]!;
        return example is JsonArray many ? string.Join(',', many.Select(static one => one!.ToString())) : example.ToString();
    }

    private static string Required(JsonNode operation)
    {
        var needed = (operation["parameters"]?.AsArray() ?? []).Where(static parameter => parameter!["in"]!.GetValue<string>() == "query" && parameter["required"]?.GetValue<bool>() == true)
            .Select(parameter => $"{parameter!["name"]}={Example(operation, parameter["name"]!.GetValue<string>())}");
        string text = string.Join('&', needed);
        return text.Length == 0 ? "" : "?" + text;
    }

    private static Domain.FulfillmentEvent[] ExampleOrder()
    {
        var example = OpenApi.Examples.Answer("shipment-timeline", "application/json")!["items"]!.AsArray();
        return [.. example.Select(static item => Domain.EventJson.TryRead(System.Text.Encoding.UTF8.GetBytes(item!.ToJsonString()), out var @event, out var error)
            ? @event
            : throw new InvalidOperationException(error.ToString()))];
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Eip.Tests.OpsApi;

namespace Eip.Api.Tests.Described;

/// <summary>The OpenAPI document held against the embedded host, by requests from a seed.</summary>
public sealed class DescriptionFuzzTests
{
    private const int RequestCount = 12_000, AtOnce = 8;
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Every_answer_to_twelve_thousand_requests_of_any_kind_is_as_the_document_says()
    {
        int seed = Environment.TickCount;
        await using var host = await EmbeddedApi.StartAsync(new TemporaryHome(), overSocket: true);
        var events = Fixtures.Orders(120, 9);
        await host.FeedAsync(events);
        var document = await host.GetAsync("/openapi/v1.json");
        var operations = Operation.All(document);
        var shape = new JsonShape(document);
        string[] orders = [.. events.Select(static @event => @event.OrderId.ToString()).Distinct().Take(40)];
        int valid = 0;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async worker =>
        {
            var random = new Random(seed + worker);
            var requests = new Requests(random, orders);
            for (int i = 0; i < RequestCount / AtOnce; i++)
            {
                var operation = operations[random.Next(operations.Count)];
                var (request, isValid) = requests.Make(operation);
                string what = $"seed {seed}, {request.Method} {request.RequestUri}";
                using (request)
                {
                    using var hang = new CancellationTokenSource(Hang);
                    using var answer = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, hang.Token);
                    if (await WrongAsync(operation, answer, shape, hang.Token) is { } wrong)
                        throw new InvalidOperationException($"{what}: {wrong}");
                    if (isValid && answer.StatusCode == HttpStatusCode.OK)
                        Interlocked.Increment(ref valid);
                    if (isValid && answer.StatusCode == HttpStatusCode.BadRequest && !MayContradictItself(request.RequestUri!.OriginalString))
                        throw new InvalidOperationException($"{what}: the document allows it, and it is refused: {await answer.Content.ReadAsStringAsync()}");
                }
            }
        }));
        valid.ShouldBeGreaterThan(RequestCount / 5, $"seed {seed}");
    }

    private static async Task<string?> WrongAsync(Operation operation, HttpResponseMessage answer, JsonShape shape, CancellationToken hang)
    {
        int status = (int)answer.StatusCode;
        if (status >= 500)
            return $"status {status}";
        // What is no target of HTTP is refused by the server, before anybody of ours sees it.
        if (status == 400 && answer.Content.Headers.ContentType is null)
            return null;
        if (operation.Answer(status) is null)
            return $"status {status} is not in the document";
        string? type = answer.Content.Headers.ContentType?.MediaType;
        if (status == 304 || operation.Method == "HEAD" || (operation.IsStream && status == 200))
            return null;
        if (operation.AnswerSchema(status, type ?? "") is not { } schema)
            return $"status {status} comes as '{type}', which is not in the document";
        string text = await answer.Content.ReadAsStringAsync(hang);
        if (type == "application/json" || type == "application/problem+json")
            return shape.Wrong(JsonNode.Parse(text), schema);
        return null;
    }

    // What a schema cannot say: parameters that need or exclude each other, and values whose sense depends on others.
    private static bool MayContradictItself(string target) => new[] { "longerThan", "olderThan", "after=", "format=", "From=", "To=", "from=", "to=", "Min=", "Max=", "lastEventId", "of=", "/replay" }
        .Any(name => target.Contains(name, StringComparison.Ordinal));
}

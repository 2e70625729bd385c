using System.Runtime.CompilerServices;
using System.Text;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Tests.OpsApi;
using Microsoft.Extensions.DependencyInjection;

namespace Eip.Api.Tests;

public sealed class LimitTests
{
    [Theory]
    [InlineData("/api/v1/shipments")]
    [InlineData("/api/v1/overview")]
    public async Task An_answer_that_takes_too_long_is_given_up_with_a_problem(string path)
    {
        await using var host = await MemoryHost.StartAsync(
            static options => options.Timeout = TimeSpan.FromMilliseconds(200), services: static services => services.AddSingleton<ICaseSearch>(new Hanging()), url: "http://127.0.0.1:0");
        var (status, problem) = await host.RefusedAsync(path);
        status.ShouldBe(504);
        problem["type"]!.GetValue<string>().ShouldBe("urn:eip:problem:timeout");
    }

    [Fact]
    public async Task What_fails_inside_is_told_by_trace_id_alone()
    {
        await using var host = await MemoryHost.StartAsync(services: static services => services.AddSingleton<ICaseSearch>(new Failing()));
        var (status, problem) = await host.RefusedAsync("/api/v1/shipments");
        status.ShouldBe(500);
        problem["traceId"]!.GetValue<string>().ShouldNotBeEmpty();
        problem.ToJsonString().ShouldNotContain("secret");
        problem.ToJsonString().ShouldNotContain("   at ");
    }

    [Fact]
    public async Task An_export_that_fails_midway_is_cut_off_rather_than_ended()
    {
        await using var host = await MemoryHost.StartAsync(services: static services => services.AddSingleton<ICaseSearch>(new Failing()), url: "http://127.0.0.1:0");
        await Should.ThrowAsync<HttpRequestException>(() => host.Client.GetStringAsync("/api/v1/shipments?format=csv"));
    }

    [Fact]
    public async Task A_query_that_is_too_long_is_refused()
    {
        await using var host = await MemoryHost.StartAsync();
        (await host.RefusedAsync("/api/v1/shipments?q=" + new string('a', 5_000))).Status.ShouldBe(414);
    }

    [Fact]
    public async Task More_values_than_allowed_are_refused()
    {
        await using var host = await MemoryHost.StartAsync();
        var (status, problem) = await host.RefusedAsync("/api/v1/shipments?lane=" + string.Join(',', Enumerable.Repeat("SP-RJ", 101)));
        status.ShouldBe(400);
        problem["field"]!.GetValue<string>().ShouldBe("lane");
    }

    [Theory]
    [InlineData("""{"mode":"teleport"}""", 400, "mode")]
    [InlineData("""{"mode":"replay","speed":0}""", 400, "speed")]
    [InlineData("""{"mode":"replay","maxGap":"soon"}""", 400, "maxGap")]
    [InlineData("""{"mode":"replay","from":"2018-02-01T00:00:00Z","to":"2018-01-01T00:00:00Z"}""", 400, "to")]
    [InlineData("""{"mode":"replay","from":"yesterday"}""", 400, "from")]
    [InlineData("""{"mode":"window"}""", 400, "from")]
    [InlineData("""{"mode":"replay","data":"/etc"}""", 400, "data")]
    [InlineData("{}", 400, null)]
    [InlineData("nothing", 400, null)]
    public async Task A_replay_that_cannot_be_is_refused_by_its_field(string body, int expected, string? field)
    {
        await using var host = await MemoryHost.StartAsync();
        using var answer = await host.Client.PostAsync("/api/v1/replay", new StringContent(body, Encoding.UTF8, "application/json"));
        var (status, problem) = await OpsApiHost.ProblemAsync(answer);
        status.ShouldBe(expected);
        ((string?)problem["field"]).ShouldBe(field);
    }

    [Fact]
    public async Task A_replay_is_started_paused_sped_up_moved_and_stopped()
    {
        await using var host = await MemoryHost.StartAsync();
        (await SteerAsync(host, "DELETE", null)).ShouldBe((409, null));
        (await SteerAsync(host, "PATCH", """{"paused":true}""")).ShouldBe((409, null));
        (await SteerAsync(host, "POST", """{"mode":"replay","speed":3600}""")).ShouldBe((200, "running"));
        (await SteerAsync(host, "POST", """{"mode":"replay"}""")).ShouldBe((409, null));
        (await SteerAsync(host, "PATCH", """{"paused":true,"speed":10.5,"seekTo":"2018-03-01T00:00:00Z"}""")).ShouldBe((200, "paused"));
        var replay = (await host.GetAsync("/api/v1/replay"))["replay"]!;
        replay["speed"]!.GetValue<double>().ShouldBe(10.5);
        replay["virtualTime"]!.GetValue<string>().ShouldBe("2018-03-01T00:00:00Z");
        (await SteerAsync(host, "PATCH", "{}")).ShouldBe((400, null));
        (await SteerAsync(host, "DELETE", null)).ShouldBe((200, "stopped"));
    }

    private static async Task<(int Status, string? State)> SteerAsync(OpsApiHost host, string method, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1/replay");
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await host.Client.SendAsync(request);
        var json = System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return ((int)answer.StatusCode, (string?)json["replay"]?["state"]);
    }

    private sealed class Hanging : ICaseSearch
    {
        public async ValueTask<CasePage> SearchAsync(CaseQuery query, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new OperationCanceledException();
        }

        public IAsyncEnumerable<CaseCard> StreamAsync(CaseQuery query, CancellationToken cancellationToken = default) => throw new InvalidOperationException();

        public ValueTask<IReadOnlyList<DurationDistribution>> MeasureAsync(CaseFilter filter, CaseDuration duration, CaseGrouping grouping, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException();
    }

    private sealed class Failing : ICaseSearch
    {
        public ValueTask<CasePage> SearchAsync(CaseQuery query, CancellationToken cancellationToken = default) => throw new InvalidOperationException("A secret of the house.");

        public async IAsyncEnumerable<CaseCard> StreamAsync(CaseQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            var card = NaiveModel.Of(Fixtures.Orders(1, 1)).Cases.Values.Single().ToCard();
            for (int i = 0; i < 5_000; i++)
                yield return card;
            await Task.Yield();
            throw new InvalidOperationException("A secret of the house.");
        }

        public ValueTask<IReadOnlyList<DurationDistribution>> MeasureAsync(CaseFilter filter, CaseDuration duration, CaseGrouping grouping, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("A secret of the house.");
    }
}

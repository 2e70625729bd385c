using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Eip.Domain;
using Eip.Grains.Tests.Support;
using Eip.Testing;

namespace Eip.Grains.Tests;

/// <summary>What a silo serves, and what it says, while a store that it needs is away.</summary>
public sealed class DependencyTests
{
    [Fact]
    public async Task While_PostgreSQL_is_away_events_are_ingested_and_reads_say_when_to_come_again()
    {
        await using var cluster = await SiloCluster.StartAsync(silos: 1, partitions: 2);
        using var client = new HttpClient { BaseAddress = UntouchedSilo.AddressOf(cluster.Silos[0]) };
        var events = Orders.Events(seed: 95, orders: 200);
        var (before, after) = (events[..(events.Length / 2)], events[(events.Length / 2)..]);
        (await PostAsync(client, before)).ShouldBe(HttpStatusCode.OK);
        await cluster.ShouldComeToAsync(new Reference(before));
        (await ReadyAsync(client, "")).ShouldBe((HttpStatusCode.OK, "ready"));

        var away = cluster.Database.InterruptAsync(TimeSpan.FromSeconds(12));
        await Wait.Until(async () => (await ReadyAsync(client, "?for=reads")).Status == HttpStatusCode.ServiceUnavailable, "reads are known to be away");
        (await ReadyAsync(client, "")).ShouldBe((HttpStatusCode.OK, "degraded"));
        (await ReadyAsync(client, "?for=ingest")).ShouldBe((HttpStatusCode.OK, "degraded"));
        (await PostAsync(client, after)).ShouldBe(HttpStatusCode.OK);
        foreach (string path in (string[])[$"shipments/{Uri.EscapeDataString(events[0].OrderId.ToString())}", "lanes", "pipeline", "overview"])
        {
            using var answer = await client.GetAsync($"/api/v1/{path}");
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, path);
            answer.Headers.RetryAfter.ShouldNotBeNull();
        }

        away.IsCompleted.ShouldBeFalse("PostgreSQL came back before everything was asked");
        await away;
        await cluster.ShouldComeToAsync(new Reference(events));
        await Wait.Until(async () => await ReadyAsync(client, "?for=reads") == (HttpStatusCode.OK, "ready"), "reads are served again");
    }

    [Theory]
    [InlineData("--EIP_POSTGRES", "Host=127.0.0.1;Port=1;Database=eip;Username=eip", "PostgreSQL at 127.0.0.1:1")]
    [InlineData("--EIP_ELASTICSEARCH", "http://127.0.0.1:1", "Elasticsearch at http://127.0.0.1:1")]
    [InlineData("--EIP_REDIS", "127.0.0.1:1", "Redis at 127.0.0.1:1")]
    public async Task A_wrong_address_is_told_in_one_line_and_the_silo_waits(string setting, string address, string told)
    {
        string home = Directory.CreateTempSubdirectory("eip-silo-").FullName;
        string[] none = ["--EIP_KAFKA", "", "--EIP_POSTGRES", "", "--EIP_ELASTICSEARCH", "", "--EIP_REDIS", "", "--EIP_HOME", home];
        string[] ports = ["--Eip:Silo:Port", $"{SiloCluster.FreePort()}", "--Eip:Silo:GatewayPort", $"{SiloCluster.FreePort()}", "--urls", "http://127.0.0.1:0"];
        using var silo = SiloProcess.Start([.. none, .. ports, setting, address]);

        await Wait.Until(() => silo.Output.Contains(told, StringComparison.Ordinal), $"the silo says: {told}");

        silo.HasExited.ShouldBeFalse();
        silo.Output.Split(told).Length.ShouldBe(2, silo.Output);
        await silo.KillAsync();
        Directory.Delete(home, recursive: true);
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, FulfillmentEvent[] events)
    {
        using var content = new StringContent(string.Join('\n', events.Select(static @event => EventJson.ToJson(@event))), Encoding.UTF8, "application/x-ndjson");
        using var answer = await client.PostAsync("/api/v1/events", content);
        return answer.StatusCode;
    }

    private static async Task<(HttpStatusCode Status, string? State)> ReadyAsync(HttpClient client, string query)
    {
        using var answer = await client.GetAsync($"/health/ready{query}");
        return (answer.StatusCode, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())?["status"]);
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Eip.Domain;
using Eip.Grains.State;
using Eip.Grains.Tests.Support;
using Eip.Silo.Embedded;
using Eip.Silo.Hosting;
using Eip.Silo.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Eip.Grains.Tests;

/// <summary>A silo without any server.</summary>
public sealed class EmbeddedSiloTests : IDisposable
{
    private readonly string home = Directory.CreateTempSubdirectory("eip-silo-").FullName;

    [Fact]
    public async Task A_silo_needs_no_server_and_folds_its_log_again_when_it_starts_again()
    {
        var events = Orders.Events(seed: 70, orders: 500);
        var reference = new Reference(events);
        await using (var silo = await StartAsync())
        {
            using var client = Client(silo);
            string body = string.Join('\n', events.Select(static @event => EventJson.ToJson(@event)));
            using var content = new StringContent(body, Encoding.UTF8, "application/x-ndjson");
            (await client.PostAsync("/api/v1/events", content)).StatusCode.ShouldBe(HttpStatusCode.OK);
            await ShouldComeToAsync(silo, reference);
            string id = events[0].OrderId.ToString();
            (await client.GetStringAsync($"/api/v1/shipments/{id}")).ShouldContain(id);
            (await client.GetStringAsync("/api/v1/pipeline")).ShouldContain("\"orderCount\":500");
            (await client.GetStringAsync("/orleans/")).ShouldContain("html");
            await silo.StopAsync();
        }

        File.ReadAllLines(Path.Combine(home, "route_stats_daily.csv")).Length.ShouldBe(reference.RouteStats.Count + 1);
        await using var again = await StartAsync();
        await ShouldComeToAsync(again, reference);
        using var search = Client(again);
        (await search.GetStringAsync("/api/v1/shipments?limit=1")).ShouldContain("\"total\":500");
        await again.StopAsync();
    }

    [Fact]
    public async Task A_silo_is_ready_once_it_has_joined_and_not_while_it_stops()
    {
        await using var silo = await StartAsync();
        var conditions = silo.Services.GetServices<Eip.Api.Health.IReadinessCondition>().ToArray();
        using var client = Client(silo);

        (await client.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
        silo.Lifetime.StopApplication();

        conditions.Select(static condition => condition.Waiting()).ShouldContain("The silo stops.");
        await silo.StopAsync();
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task The_dashboard_is_not_shown_to_pages_of_other_sites(string header, string value)
    {
        await using var silo = await StartAsync();
        using var client = Client(silo);

        foreach (string path in (string[])["/orleans/", "/Orleans/DashboardCounters", "/%6frleans/Trace"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add(header, value);
            (await client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        await silo.StopAsync();
    }

    [Fact]
    public async Task The_dashboard_asks_for_an_operate_key_once_there_are_keys()
    {
        await using var silo = await StartAsync(
            "--Eip:ApiKeys:0:Name", "reader", "--Eip:ApiKeys:0:Role", "read", "--Eip:ApiKeys:0:Hash", Hash("reading"),
            "--Eip:ApiKeys:1:Name", "operator", "--Eip:ApiKeys:1:Role", "operate", "--Eip:ApiKeys:1:Hash", Hash("operating"));
        using var client = Client(silo);

        (await client.GetAsync("/orleans/")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync("reading")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync("operating")).ShouldBe(HttpStatusCode.OK);
        await silo.StopAsync();

        async Task<HttpStatusCode> StatusAsync(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/orleans/");
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{key}")));
            using var response = await client.SendAsync(request);
            return response.StatusCode;
        }
    }

    [Theory]
    [InlineData("--Eip:Silo:Port", "none", "Eip:Silo:Port")]
    [InlineData("--Eip:Kafka:Layout", "two", "Eip:Kafka:Layout")]
    [InlineData("--Eip:Partitions", "0", "Eip:Partitions")]
    [InlineData("--EIP_POSTGRES", "nowhere", "EIP_POSTGRES")]
    [InlineData("--EIP_ELASTICSEARCH", "search-1:9200:x", "EIP_ELASTICSEARCH")]
    [InlineData("--EIP_REDIS", "cache-1,nosuch=1", "EIP_REDIS")]
    public void A_setting_that_cannot_be_read_is_named(string name, string value, string named) =>
        Should.Throw<InvalidOperationException>(() => SiloHost.Build([name, value])).Message.ShouldContain(named);

    public void Dispose() => Directory.Delete(home, recursive: true);

    private async Task<WebApplication> StartAsync(params string[] further)
    {
        string[] arguments =
        [
            "--urls", "http://127.0.0.1:0", "--EIP_HOME", home, "--EIP_KAFKA", "", "--EIP_POSTGRES", "", "--EIP_ELASTICSEARCH", "", "--EIP_REDIS", "", "--Eip:Silo:Port", $"{SiloCluster.FreePort()}",
            "--Eip:Silo:GatewayPort", $"{SiloCluster.FreePort()}", "--Eip:Lanes:IdleSeconds", "3", .. further,
        ];
        var silo = SiloHost.Build(arguments, static builder => builder.Logging.ClearProviders());
        await silo.StartAsync();
        return silo;
    }

    private static HttpClient Client(WebApplication silo) =>
        new() { BaseAddress = new Uri(silo.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };

    private static Task ShouldComeToAsync(WebApplication silo, Reference reference) => Wait.Until(
        async () => (await ClusterDigest.ComputeAsync(
            silo.Services.GetRequiredService<ICaseStates>(), silo.Services.GetRequiredService<FileRouteStats>().Rows.ToAsyncEnumerable())).All == reference.Digest.All,
        "the digest of the silo is that of the folds");

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}

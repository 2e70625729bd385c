using System.Net;
using Eip.Api.Security;
using Eip.Tests.OpsApi;
using Microsoft.Extensions.Configuration;

namespace Eip.Api.Tests;

public sealed class SecurityTests
{
    private const string ReadKey = "a key to read with", IngestKey = "a key to append with", OperateKey = "a key to steer with";

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://example.test:0")]
    public async Task An_address_that_others_can_reach_needs_keys_or_the_host_does_not_start(string url)
    {
        await using var app = MemoryHost.Build(url: url);
        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => app.StartAsync());
        refusal.Message.ShouldContain("Eip:ApiKeys:0:Name");
    }

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://[::1]:0")]
    public async Task Loopback_needs_no_keys(string url)
    {
        await using var host = await MemoryHost.StartAsync(url: url);
        (await host.GetAsync("/api/v1/shipments"))["total"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public async Task With_keys_any_address_is_served()
    {
        await using var app = MemoryHost.Build(Keys, url: "http://0.0.0.0:0");
        await app.StartAsync();
        await app.StopAsync();
    }

    [Fact]
    public async Task Without_keys_a_foreign_host_name_is_refused_for_it_may_be_rebinding()
    {
        await using var host = await MemoryHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/shipments");
        request.Headers.Host = "evil.test";
        using var answer = await host.Client.SendAsync(request);
        (await OpsApiHost.ProblemAsync(answer)).Status.ShouldBe(403);
    }

    [Theory]
    [InlineData("Origin", "https://evil.test")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Pages_of_other_sites_get_nothing(string header, string value)
    {
        await using var host = await MemoryHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/dead-letters/1/retry");
        request.Headers.TryAddWithoutValidation(header, value);
        using var answer = await host.Client.SendAsync(request);
        var (status, problem) = await OpsApiHost.ProblemAsync(answer);
        status.ShouldBe(403);
        problem["type"]!.GetValue<string>().ShouldBe("urn:eip:problem:cross-site");
        answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
    }

    [Theory]
    [InlineData(null, "GET", "/api/v1/shipments", 401)]
    [InlineData("guessed", "GET", "/api/v1/shipments", 401)]
    [InlineData(null, "GET", "/metrics", 401)]
    [InlineData(null, "GET", "/health/live", 200)]
    [InlineData(ReadKey, "GET", "/api/v1/shipments", 200)]
    [InlineData(ReadKey, "POST", "/api/v1/events", 403)]
    [InlineData(ReadKey, "DELETE", "/api/v1/replay", 403)]
    [InlineData(IngestKey, "POST", "/api/v1/events", 200)]
    [InlineData(IngestKey, "GET", "/api/v1/shipments", 403)]
    [InlineData(IngestKey, "POST", "/api/v1/dead-letters/1/retry", 403)]
    [InlineData(OperateKey, "GET", "/api/v1/shipments", 200)]
    [InlineData(OperateKey, "POST", "/api/v1/events", 200)]
    [InlineData(OperateKey, "POST", "/api/v1/dead-letters/1/retry", 404)]
    public async Task A_key_may_do_what_its_role_says_and_no_more(string? key, string method, string path, int expected)
    {
        await using var host = await MemoryHost.StartAsync(Keys);
        foreach (bool bearer in new[] { false, true })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (path.EndsWith("/events", StringComparison.Ordinal))
                request.Content = new ByteArrayContent([]) { Headers = { ContentType = new("application/x-ndjson") } };
            if (key is not null)
                request.Headers.TryAddWithoutValidation(bearer ? "Authorization" : "X-Api-Key", bearer ? "Bearer " + key : key);
            using var answer = await host.Client.SendAsync(request);
            ((int)answer.StatusCode).ShouldBe(expected);
        }
    }

    [Fact]
    public async Task A_key_beyond_its_rate_is_told_when_to_come_back_and_others_are_not_held_up()
    {
        await using var host = await MemoryHost.StartAsync(static options =>
        {
            options.ApiKeys.Add(new ApiKey("slow", ApiKeyHash.Of("slow"), ApiRole.Read, RequestsPerSecond: 3));
            options.ApiKeys.Add(new ApiKey("other", ApiKeyHash.Of("other"), ApiRole.Read));
        });
        var statuses = new List<HttpStatusCode>();
        for (int i = 0; i < 30; i++)
        {
            using var answer = await AskAsync(host, "slow");
            statuses.Add(answer.StatusCode);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeGreaterThanOrEqualTo(1);
        }

        statuses.ShouldContain(HttpStatusCode.TooManyRequests);
        using var unhindered = await AskAsync(host, "other");
        unhindered.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(19)]
    [InlineData(1_234)]
    public void A_rate_is_exact_whatever_its_number(int perSecond)
    {
        var clock = new ManualClock();
        var rates = new KeyRates(new EipApiOptions(), clock);
        var key = new ApiKey("shop", ApiKeyHash.Of("key"), ApiRole.Read, perSecond);
        int taken = 0;
        for (int tick = 0; tick <= 100; tick++)
        {
            while (rates.TryTake(key, out _))
                taken++;
            clock.Move(TimeSpan.FromMilliseconds(100));
        }

        // One second's worth at the start, and ten seconds after it.
        taken.ShouldBeInRange((11 * perSecond) - 1, (11 * perSecond) + 1);
    }

    [Fact]
    public async Task Whoever_guesses_keys_is_put_off_and_a_right_guess_looks_like_a_wrong_one()
    {
        var clock = new ManualClock();
        await using var host = await MemoryHost.StartAsync(Keys, clock: clock);
        using (var inUse = await AskAsync(host, ReadKey))
            inUse.StatusCode.ShouldBe(HttpStatusCode.OK);
        for (int i = 0; i < 30; i++)
        {
            using var guess = await AskAsync(host, "guess " + i);
            guess.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        foreach (string key in new[] { "guess 30", OperateKey })
        {
            using var putOff = await AskAsync(host, key);
            putOff.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            putOff.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(2));
        }

        using (var stillIn = await AskAsync(host, ReadKey))
            stillIn.StatusCode.ShouldBe(HttpStatusCode.OK);
        clock.Move(TimeSpan.FromSeconds(2));
        using var after = await AskAsync(host, OperateKey);
        after.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Every_answer_carries_the_security_headers_and_no_server_name()
    {
        await using var host = await MemoryHost.StartAsync(url: "http://127.0.0.1:0");
        foreach (string path in new[] { "/api/v1/shipments", "/api/v1/nothing", "/health/live", "/openapi" })
        {
            using var answer = await host.Client.GetAsync(path);
            answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("frame-ancestors 'none'");
            answer.Headers.Contains("Server").ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("Eip:ApiKeys:0:Hash", "abc", "Eip:ApiKeys:0:Hash")]
    [InlineData("Eip:ApiKeys:0:Role", "king", "Eip:ApiKeys:0:Role")]
    [InlineData("Eip:ApiKeys:0:Role", "read,ingest", "Eip:ApiKeys:0:Role")]
    [InlineData("Eip:ApiKeys:0:Role", "3", "Eip:ApiKeys:0:Role")]
    [InlineData("Eip:ApiKeys:0:Role", "", "Eip:ApiKeys:0:Role")]
    [InlineData("Eip:ApiKeys:0:Name", "", "Eip:ApiKeys:0:Name")]
    [InlineData("Eip:Api:MaxEvents", "many", "Eip:Api:MaxEvents")]
    public void A_setting_that_cannot_be_read_is_named(string setting, string value, string named)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Eip:ApiKeys:0:Name"] = "shop",
            ["Eip:ApiKeys:0:Hash"] = ApiKeyHash.Of("key"),
            ["Eip:ApiKeys:0:Role"] = "read",
            [setting] = value,
        };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        Should.Throw<InvalidOperationException>(() => new EipApiOptions().Read(configuration)).Message.ShouldContain(named);
    }

    [Fact]
    public void Keys_come_from_the_configuration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Eip:ApiKeys:0:Name"] = "shop",
            ["Eip:ApiKeys:0:Hash"] = ApiKeyHash.Of("key").ToUpperInvariant(),
            ["Eip:ApiKeys:0:Role"] = "Ingest",
            ["Eip:ApiKeys:0:RequestsPerSecond"] = "25",
        }).Build();
        var options = new EipApiOptions();
        options.Read(configuration);
        options.ApiKeys.Single().ShouldBe(new ApiKey("shop", ApiKeyHash.Of("key"), ApiRole.Ingest, 25));
    }

    private static void Keys(EipApiOptions options)
    {
        options.ApiKeys.Add(new ApiKey("reader", ApiKeyHash.Of(ReadKey), ApiRole.Read));
        options.ApiKeys.Add(new ApiKey("producer", ApiKeyHash.Of(IngestKey), ApiRole.Ingest));
        options.ApiKeys.Add(new ApiKey("operator", ApiKeyHash.Of(OperateKey), ApiRole.Operate));
    }

    private static async Task<HttpResponseMessage> AskAsync(OpsApiHost host, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/shipments");
        request.Headers.Add("X-Api-Key", key);
        return await host.Client.SendAsync(request);
    }
}

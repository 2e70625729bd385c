using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Eip.Domain;

namespace Eip.Tests.OpsApi;

public abstract partial class OpsApiContract
{
    private const string Plain =
        """{"eventType":"ORDER_PLACED","eventAt":"2018-01-12T12:00:00Z","orderId":"<order>","source":"OMS","sellerRegion":"SP","customerRegion":"RJ","payload":{<payload>}}""";

    [Fact]
    public async Task Lines_that_no_writer_could_give_back_are_dead_letters_with_their_bytes_and_the_rest_is_taken()
    {
        await using var host = await StartAsync();
        byte[] half = Line("poison", "\"note\":\"\\ud83d\""), deep = Line("deep", $"\"w\":{new string('[', 61)}{new string(']', 61)}");
        byte[] latin = [.. Line("latin", "\"city\":\"S").SkipLast(2), 0xE3, .. "o\"}}"u8];
        byte[][] lines = [Line("good-1", ""), half, deep, latin, Line("good-2", "")];
        using var answer = await host.PostEventsAsync([.. lines.SelectMany(static line => line.Append((byte)'\n'))]);
        var told = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        told["received"]!.GetValue<int>().ShouldBe(5);
        told["appended"]!.GetValue<int>().ShouldBe(2);
        told["errors"]!.AsArray().Select(static error => error!["field"]!.GetValue<string>()).ShouldBe(["payload.note", "payload.w", "payload.city"]);
        var letters = (await host.GetAsync("/api/v1/dead-letters"))["items"]!.AsArray();
        letters.Select(static letter => Bytes(letter!)).ShouldBe([half, deep, latin]);
        letters.Select(static letter => letter!["kind"]!.GetValue<string>()).ShouldAllBe(static kind => kind == "event");
        await host.SettleAsync();
        (await host.GetAsync("/api/v1/shipments/good-1/timeline"))["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_event_may_come_without_its_id_and_is_the_same_event_as_with_it()
    {
        await using var host = await StartAsync();
        EventJson.TryRead(Line("no-id", ""), out var @event, out _).ShouldBeTrue();
        await host.FeedAsync([@event]);
        using var answer = await host.PostEventsAsync(Line("no-id", ""));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await host.SettleAsync();
        var timeline = (await host.GetAsync("/api/v1/shipments/no-id/timeline"))["items"]!.AsArray();
        timeline.Single()!["eventId"]!.GetValue<string>().ShouldBe(@event.Id.ToString());
    }

    [Fact]
    public async Task An_event_as_deep_as_is_taken_can_be_read_from_every_answer()
    {
        await using var host = await StartAsync();
        string nested = new string('[', EventJson.MaxDepth - 2) + new string(']', EventJson.MaxDepth - 2);
        using var answer = await host.PostEventsAsync(Line("deepest", $"\"w\":{nested}"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await host.SettleAsync();
        var timeline = await host.GetAsync("/api/v1/shipments/deepest/timeline");
        timeline["items"]![0]!["payload"]!["w"]!.ToJsonString().ShouldBe(nested);
    }

    private static byte[] Line(string order, string payload) =>
        Encoding.UTF8.GetBytes(Plain.Replace("<order>", order, StringComparison.Ordinal).Replace("<payload>", payload, StringComparison.Ordinal));

    private static byte[] Bytes(JsonNode letter) => letter["contentBase64"] is { } bytes
        ? Convert.FromBase64String(bytes.GetValue<string>())
        : Encoding.UTF8.GetBytes(letter["content"]!.GetValue<string>());
}

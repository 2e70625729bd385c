using System.Text;

namespace Eip.Domain.Tests;

/// <summary>Texts that some reader takes and some writer cannot give back: they are refused where they come in, by name.</summary>
public sealed class UnsoundEventTests
{
    private const string Head = """{"eventType":"ORDER_PLACED","eventAt":"2018-01-12T12:00:00Z","orderId":"o-1","source":"OMS","sellerRegion":"SP","customerRegion":"RJ","payload":{""";

    [Theory]
    [InlineData("""note":"\ud83d"}}""", "payload.note")]
    [InlineData("""note":"\ude00"}}""", "payload.note")]
    [InlineData("""note":"\ud83d\ud83d\ude00"}}""", "payload.note")]
    [InlineData("""note":"\ud83d-\ude00"}}""", "payload.note")]
    [InlineData("""note":[1,{"deep":["x","\uDBFF"]}]}}""", "payload.note.deep")]
    [InlineData("""note\udfff":1}}""", "payload")]
    [InlineData("""note":{"\ud800":1}}}""", "payload.note")]
    [InlineData("""estimatedDeliveryAt":"\ud83d"}}""", "payload.estimatedDeliveryAt")]
    [InlineData("""note":1},"elsewhere":"\ud83d"}""", "elsewhere")]
    public void Half_a_surrogate_pair_anywhere_is_refused_by_name(string rest, string field)
    {
        var error = Read(Encoding.UTF8.GetBytes(Head + "\"" + rest));
        error!.Field.ShouldBe(field);
        error.Reason.ShouldContain("surrogate");
    }

    [Fact]
    public void A_whole_surrogate_pair_is_taken() => Read(Encoding.UTF8.GetBytes(Head + """ "note":"\ud83d\ude00","\ud83d\ude00":"\\ud83d"}}""")).ShouldBeNull();

    [Theory]
    [InlineData(new byte[] { 0xE3 })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    public void Text_that_is_not_utf8_is_refused_and_not_mangled(byte[] wrong)
    {
        Read([.. Encoding.UTF8.GetBytes(Head + "\"city\":\"S"), .. wrong, .. "o\"}}"u8])!.Field.ShouldBe("payload.city");
        Read([.. Encoding.UTF8.GetBytes(Head + "\"city"), .. wrong, .. "\":1}}"u8])!.Field.ShouldBe("payload");
        Read([.. Encoding.UTF8.GetBytes(Head + "\"city\":"), .. wrong, .. "}}"u8])!.Field.ShouldBe("payload.city");
    }

    [Fact]
    public void What_is_nested_too_deep_to_be_written_back_is_refused_and_the_depth_is_named()
    {
        string Nested(int levels) => Head + "\"w\":" + new string('[', levels) + new string(']', levels) + "}}";
        Read(Encoding.UTF8.GetBytes(Nested(EventJson.MaxDepth - 2))).ShouldBeNull();
        foreach (int levels in new[] { EventJson.MaxDepth - 1, 61, 64, 10_000 })
        {
            var error = Read(Encoding.UTF8.GetBytes(Nested(levels)))!;
            error.Field.ShouldBe("payload.w");
            error.Reason.ShouldContain($"{EventJson.MaxDepth} levels");
        }
    }

    [Theory]
    [InlineData("""note":1,"note":2}}""", "payload.note")]
    [InlineData("""note":1,"no\u0074e":2}}""", "payload.note")]
    [InlineData("""note":[{"a":{"b":1,"b":1}}]}}""", "payload.note.a.b")]
    [InlineData("""note":1},"orderId":"o-1"}""", "orderId")]
    public void A_property_that_comes_twice_is_refused_at_any_depth(string rest, string field) =>
        Read(Encoding.UTF8.GetBytes(Head + "\"" + rest)).ShouldBe(new EventError(field, "It stands here twice."));

    [Fact]
    public void An_event_is_no_longer_than_every_path_takes()
    {
        byte[] text = Encoding.UTF8.GetBytes(Head + "}" + new string(' ', EventJson.MaxLength) + "}");
        Read(text)!.Reason.ShouldContain($"{EventJson.MaxLength} bytes");
        Read([.. text[..(EventJson.MaxLength - 1)], (byte)'}']).ShouldBeNull();
    }

    [Fact]
    public void An_id_may_be_left_out_and_is_computed()
    {
        foreach (string extra in new[] { "", "\"note\":1" })
        {
            EventJson.TryRead(Encoding.UTF8.GetBytes(Head + extra + "}}"), out var @event, out var error).ShouldBeTrue($"{error}");
            EventJson.ToJson(@event).ShouldContain($"\"eventId\":\"{EventId.Of(OrderId.Parse("o-1"), EventType.OrderPlaced, EventTime.Parse("2018-01-12T12:00:00Z"))}\"");
        }
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("\"77616c52c577f0d708836c6fabf656fc\"")]
    public void An_id_that_does_not_follow_from_its_event_is_refused(string id) =>
        Read(Encoding.UTF8.GetBytes(Head + "},\"eventId\":" + id + "}"))!.Field.ShouldBe("eventId");

    [Fact]
    public void Control_characters_and_halves_of_pairs_stand_as_escapes_in_a_reason()
    {
        string text = Head.Replace("ORDER_PLACED", """\u001b[2J\u001b[31mall is well\u009b\u202e\u2028""", StringComparison.Ordinal);
        Read(Encoding.UTF8.GetBytes(text + "}}"))!.Reason.ShouldStartWith("""'\u001b[2J\u001b[31mall is well\u009b\u202e\u2028'""");
        string cut = Head.Replace("ORDER_PLACED", new string('x', 79) + "😀", StringComparison.Ordinal);
        Read(Encoding.UTF8.GetBytes(cut + "}}"))!.Reason.ShouldStartWith($"'{new string('x', 79)}…'");
    }

    private static EventError? Read(byte[] json)
    {
        EventJson.TryRead(json, out _, out var error);
        return error;
    }
}

using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Eip.Domain.Tests;

public sealed class PlainEventReaderTests
{
    private static readonly FulfillmentEvent Usual = new(
        OrderId.Parse("2e7a8482f6fb09756ca50c10d7bfc047"),
        EventType.OrderPlaced,
        EventTime.Parse("2016-09-04T21:15:19Z"),
        Region.Parse("MG"),
        Region.Unknown,
        EventTime.Parse("2016-10-20T00:00:00Z"));

    [Fact]
    public void Events_as_this_product_writes_them_are_read_by_the_quick_reader()
    {
        foreach (var type in EventTypes.All)
        {
            var @event = Usual with { Type = type };
            PlainEventReader.TryRead(Encoding.UTF8.GetBytes(EventJson.ToJson(@event)), out var read).ShouldBeTrue();
            read.ShouldBe(@event);
        }
    }

    [Theory]
    [InlineData("""{"reason":"canceled"}""")]
    public void Payload_fields_beyond_the_contract_are_left_to_the_general_reader(string extras)
    {
        byte[] json = Encoding.UTF8.GetBytes(EventJson.ToJson(Usual with { PayloadExtras = extras }));
        PlainEventReader.TryRead(json, out _).ShouldBeFalse();
        EventJson.TryRead(json, out var read, out _).ShouldBeTrue();
        read.PayloadExtras.ShouldBe(extras);
    }

    // Any damage or change to an event's text: what the quick reader takes, the general reader takes with the same result.
    [Fact]
    public void The_quick_reader_never_takes_what_the_general_reader_reads_otherwise() => Prop.ForAll(
        Gen.Choose(0, 400).Two().ListOf().ToArbitrary(),
        static edits =>
        {
            var json = new List<byte>(Encoding.UTF8.GetBytes(EventJson.ToJson(Usual)));
            foreach (var (at, what) in edits.Take(3))
                Edit(json, at % json.Count, what);
            byte[] text = [.. json];
            return !PlainEventReader.TryRead(text, out var quick)
                || (GeneralEventReader.TryRead(text, out var general, out _) && general == quick);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    [Theory]
    [InlineData("\"source\":\"OMS\"", "\"source\":\"OMS\",\"source\":\"OMS\"")]
    [InlineData("\"source\":\"OMS\"", "\"source\":\"WMS\"")]
    [InlineData("\"source\":\"OMS\"", "\"source\":null")]
    [InlineData("\"source\":\"OMS\"", "\"source\":\"OMS\",\"more\":1")]
    [InlineData("\"source\":\"OMS\"", "\"SOURCE\":\"OMS\"")]
    [InlineData("\"source\":\"OMS\"", "\"source\":\"\\u004fMS\"")]
    [InlineData("\"payload\":{", "\"payload\":{\"estimatedDeliveryAt\":null,")]
    [InlineData("\"customerRegion\":null", "\"customerRegion\":\"rj\"")]
    [InlineData("}}", "}} ")]
    [InlineData("}}", "}}x")]
    [InlineData("}}", "}")]
    [InlineData("{\"eventId\"", "[{\"eventId\"")]
    [InlineData("2e7a8482", "2E7A8482")]
    [InlineData("\"payload\":{\"estimatedDeliveryAt\":\"2016-10-20T00:00:00Z\"}", "\"payload\":null")]
    [InlineData("\"payload\":{\"estimatedDeliveryAt\":\"2016-10-20T00:00:00Z\"}", "\"payload\":{}")]
    [InlineData("\"payload\":{\"estimatedDeliveryAt\":\"2016-10-20T00:00:00Z\"}", "\"payload\":[]")]
    public void Both_readers_agree_on_unusual_text(string usual, string unusual)
    {
        byte[] text = Encoding.UTF8.GetBytes(EventJson.ToJson(Usual).Replace(usual, unusual, StringComparison.Ordinal));
        bool general = GeneralEventReader.TryRead(text, out var expected, out var expectedError);
        EventJson.TryRead(text, out var read, out var error).ShouldBe(general);
        read.ShouldBe(expected);
        error.ShouldBe(expectedError);
    }

    private static void Edit(List<byte> json, int at, int what)
    {
        switch (what % 4)
        {
            case 0:
                json.RemoveAt(at);
                break;
            case 1:
                json.Insert(at, (byte)what);
                break;
            case 2:
                json[at] = (byte)what;
                break;
            default:
                json.InsertRange(at, json.GetRange(at, Math.Min(what / 4, json.Count - at)));
                break;
        }
    }
}

using Eip.Api.Http;
using Eip.Api.Lanes;
using Eip.Api.Queries;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Tests;

public sealed class QueryTextTests
{
    [Fact]
    public void A_cursor_gives_back_what_it_was_made_of()
    {
        var random = new Random(5);
        for (int i = 0; i < 1_000; i++)
        {
            var cursor = new CursorText(
                (byte)random.Next(200), random.Next(3) == 0 ? null : random.NextInt64(), OrderId.Parse(random.Next(2) == 0 ? random.NextInt64().ToString("x16") + "0123456789abcdef" : $"ä {i}"),
                random.Next(2) == 0 ? null : new EventTime(random.Next()));
            CursorText.Decode(cursor.Encode(), cursor.Order).ShouldBe(cursor);
        }
    }

    [Fact]
    public void A_cursor_that_was_tampered_with_is_refused()
    {
        string text = new CursorText(2, 1_500_000_000, OrderId.Parse("00112233445566778899aabbccddeeff"), null).Encode();
        for (int i = 0; i < text.Length; i++)
        {
            char other = text[i] == 'A' ? 'B' : 'A';
            string mangled = text[..i] + other + text[(i + 1)..];
            Should.Throw<ApiProblemException>(() => CursorText.Decode(mangled, 2)).Field.ShouldBe("after");
        }

        Should.Throw<ApiProblemException>(() => CursorText.Decode(text, 3)).Message.ShouldContain("sorted another way");
    }

    [Theory]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(1, 10, 0.0179, 0.4042)]
    [InlineData(5, 10, 0.2366, 0.7634)]
    [InlineData(10, 10, 0.7225, 1)]
    [InlineData(12, 40, 0.1807, 0.4543)]
    [InlineData(30, 1_000, 0.0211, 0.0425)]
    public void The_interval_of_a_rate_is_wilsons(int hits, int trials, double low, double high) =>
        WilsonInterval.Of(hits, trials).ShouldBe(new WilsonInterval((decimal)low, (decimal)high));

    [Fact]
    public void Without_a_trial_there_is_no_interval() => WilsonInterval.Of(0, 0).ShouldBeNull();

    [Fact]
    public void A_lane_that_breaks_promises_beyond_chance_is_to_be_avoided_and_a_small_one_is_not_judged()
    {
        LaneKpis Lane(int broken, int promised, decimal p95) => new(
            promised - broken, 100, 100, p95, 0, 0, null, null, 0, 0, promised, promised - broken, Rounding.Quotient(promised - broken, promised));
        var network = Lane(80, 1_000, 300);
        new LaneExplanation(Lane(12, 40, 300), network).Verdict.ShouldBe("avoid");
        new LaneExplanation(Lane(5, 40, 300), network).Verdict.ShouldBe("watch");
        new LaneExplanation(Lane(2, 40, 400), network).Verdict.ShouldBe("watch");
        new LaneExplanation(Lane(2, 40, 300), network).Verdict.ShouldBe("fine");
        new LaneExplanation(Lane(9, 9, 900), network).Verdict.ShouldBe("too-few-samples");
        new LaneExplanation(Lane(12, 40, 412.3m), network).Sentence.ShouldStartWith(
            "28 of 40 promises kept (70.0 %, 95 % interval 54.6 % to 81.9 %) against 92.0 % in the network; 0 of 28 deliveries late (0.0 % against 0.0 %)");
        new LaneExplanation(Lane(40, 40, 300), network).Verdict.ShouldBe("avoid", "a lane that delivers nothing has no late delivery");
    }

    [Fact]
    public void Every_sort_of_the_port_has_a_name() =>
        CaseQueryReader.Parameters[0].Allowed.Count.ShouldBe(Enum.GetValues<CaseSort>().Length * 2);
}

using Eip.Domain;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;
using Eip.Testing;

namespace Eip.Pipeline.Tests.Engine;

public sealed class EventHorizonTests
{
    private static readonly OrderId Order = OrderId.Parse("a");

    [Theory]
    [InlineData(null, "2031-03-02T00:00:00Z")]
    [InlineData("0", "2031-03-01T00:00:00Z")]
    [InlineData("10", "2031-03-11T00:00:00Z")]
    [InlineData("3660000", "9999-12-31T23:59:59Z")]
    [InlineData("any", "9999-12-31T23:59:59Z")]
    public void A_time_counts_up_to_some_days_past_the_clock(string? setting, string latest) =>
        new EventHorizon(new ManualTime(), EventHorizon.Parse(setting)).Latest.ShouldBe(EventTime.Parse(latest));

    [Theory]
    [InlineData("-1")]
    [InlineData("1d")]
    [InlineData("99999999")]
    public void A_setting_that_is_no_number_of_days_is_refused_by_name(string setting) =>
        Should.Throw<SettingException>(() => EventHorizon.Parse(setting)).Message.ShouldStartWith($"EIP_MAX_AHEAD_DAYS is '{setting}'");

    [Fact]
    public async Task A_date_far_past_the_clock_is_folded_and_told_and_moves_no_watermark_after_a_restart_and_a_rebuild_either()
    {
        using var home = new TestHome();
        var bounded = new EventHorizon(TimeProvider.System, TimeSpan.FromDays(1));
        var unbounded = new EventHorizon(TimeProvider.System, null);
        string digest;
        await using (var pipeline = Open(bounded))
        {
            await pipeline.AppendAsync(Events());
            await pipeline.CatchUpAsync();
            await ShouldStandAsync(pipeline);
            digest = pipeline.Digest().All;
            await pipeline.PublishAsync(null, CancellationToken.None);
        }

        await using (var again = Open(bounded))
        {
            await again.CatchUpAsync();
            await ShouldStandAsync(again);
            await again.RebuildAsync();
            await ShouldStandAsync(again);
            again.Digest().All.ShouldBe(digest);
        }

        await using (var open = Open(unbounded))
        {
            await open.RebuildAsync();
            (await open.GetAsync()).Watermark.ShouldBe(EventTime.MaxValue);
            open.Digest().All.ShouldBe(digest);
            await open.PublishAsync(null, CancellationToken.None);
        }

        // The snapshots of a watermark that does not count now are not gone on from.
        await using var bounded2 = Open(bounded);
        await bounded2.CatchUpAsync();
        await ShouldStandAsync(bounded2);

        EmbeddedPipeline Open(EventHorizon horizon) => EmbeddedPipeline.Open(home.Home, new PipelineOptions { Deduplicate = true, Horizon = horizon });
    }

    private static FulfillmentEvent[] Events() =>
    [
        new(Order, EventType.OrderPlaced, EventTime.Parse("2018-03-05T10:00:00Z"), default, default, EventTime.MaxValue),
        new(Order, EventType.DeliveryDelayed, EventTime.MaxValue, default, default, EventTime.MaxValue),
    ];

    private static async Task ShouldStandAsync(EmbeddedPipeline pipeline)
    {
        var status = await pipeline.GetAsync();
        status.Watermark.ShouldBe(EventTime.Parse("2018-03-05T10:00:00Z"));
        status.AheadAt.ShouldBe(EventTime.MaxValue);
        status.LagEvents.ShouldBe(0);
    }
}

using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Simulator.Faults;
using Eip.Simulator.Replay;

namespace Eip.Simulator.Tests.Replay;

public sealed class FormTests
{
    [Theory]
    [InlineData("86400", 86_400)]
    [InlineData("1x", 1)]
    [InlineData("3600x", 3600)]
    [InlineData("0.5x", 0.5)]
    [InlineData("1d/s", 86_400)]
    [InlineData("12h/s", 43_200)]
    [InlineData("30m/s", 1800)]
    [InlineData("1d12h/s", 129_600)]
    public void A_speed_is_read_in_every_form(string text, double expected)
    {
        Speed.TryParse(text, out double speed, out _).ShouldBeTrue();
        speed.ShouldBe(expected);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5x")]
    [InlineData("-1d/s")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e300")]
    [InlineData("fast")]
    [InlineData("")]
    [InlineData("/s")]
    [InlineData("x")]
    [InlineData("1h1d/s")]
    public void What_is_no_speed_is_refused_with_the_text_that_was_typed(string text)
    {
        Speed.TryParse(text, out _, out string? reason).ShouldBeFalse();
        reason!.ShouldContain($"'{text}'");
    }

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("2h", 7200)]
    [InlineData("3d", 259_200)]
    [InlineData("1d12h", 129_600)]
    [InlineData("1.5h", 5400)]
    [InlineData("250ms", 0.25)]
    [InlineData("1w", 604_800)]
    public void A_duration_is_read_in_every_form(string text, double seconds)
    {
        Durations.TryParse(text, out var duration).ShouldBeTrue();
        duration.TotalSeconds.ShouldBe(seconds);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("h")]
    [InlineData("-2h")]
    [InlineData("2h 3")]
    [InlineData("99999999999999999999d")]
    public void What_is_no_duration_is_refused(string text) => Durations.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void A_share_needs_its_percent_sign()
    {
        Share.TryParse("5%", out double share).ShouldBeTrue();
        share.ShouldBe(0.05);
        Share.TryParse("5", out _).ShouldBeFalse();
        Share.TryParse("NaN%", out _).ShouldBeFalse();
    }

    [Fact]
    public void A_plan_that_cannot_be_carried_out_names_the_part_at_fault()
    {
        var history = Shop.At(0, 86_400);
        var plan = new ReplayPlan { Mode = ReplayMode.Replay };
        Field(plan with { Speed = 0 }).ShouldBe("speed");
        Field(plan with { Speed = -1 }).ShouldBe("speed");
        Field(plan with { From = Shop.Opening + 10, To = Shop.Opening }).ShouldBe("from");
        Field(plan with { From = Shop.Opening + (2 * 86_400) }).ShouldBe("from");
        Field(plan with { To = Shop.Opening + -1 }).ShouldBe("to");
        Field(plan with { MaxGap = TimeSpan.Zero }).ShouldBe("maxGap");
        Field(plan with { MaxRate = 0 }).ShouldBe("maxRate");
        Field(plan with { Faults = new FaultPlan { Duplicates = 1.5 } }).ShouldBe("duplicates");
        Field(plan with { Faults = new FaultPlan { ThenResend = true } }).ShouldBe("thenResend");
        Field(new ReplayPlan { Mode = ReplayMode.Window, From = Shop.Opening }).ShouldBe("to");

        string? Field(ReplayPlan bad) => Should.Throw<ReplayRejectedException>(() => bad.Validate(history)).Field;
    }

    [Fact]
    public void A_filter_takes_what_matches_every_kind_of_condition()
    {
        var history = Shop.Of(100);
        var some = history.Events()[40];
        var filter = new ReplayFilter
        {
            SellerRegions = new HashSet<Region> { some.SellerRegion },
            Types = new HashSet<EventType> { EventType.Delivered, EventType.OrderPlaced },
        };

        var taken = new ReplayPlan { Mode = ReplayMode.Backfill, Filter = filter }.Emissions(history, null).Select(emission => emission.Event).ToArray();

        taken.ShouldNotBeEmpty();
        taken.ShouldBe(history.Events().Where(@event => @event.SellerRegion == some.SellerRegion && @event.Type is EventType.Delivered or EventType.OrderPlaced
            && @event.SellerRegion == some.SellerRegion));
    }

    [Fact]
    public void A_dry_run_counts_by_day_and_type()
    {
        var run = DryRun.Of(new ReplayPlan { Mode = ReplayMode.Backfill }, Shop.At(0, 1, 86_400), null);

        run.Events.ShouldBe(3);
        run.Days.Keys.ShouldBe([Shop.Opening.Date, Shop.Opening.Date.AddDays(1)]);
        run.Days[Shop.Opening.Date][(int)EventType.OrderPlaced].ShouldBe(2);
        run.Of(EventType.OrderPlaced).ShouldBe(3);
    }
}

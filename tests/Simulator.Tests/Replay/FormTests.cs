using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Simulator.Faults;
using Eip.Simulator.Replay;

namespace Eip.Simulator.Tests.Replay;

public sealed class FormTests
{
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

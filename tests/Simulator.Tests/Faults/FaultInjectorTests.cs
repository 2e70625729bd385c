using System.Text;
using Eip.Domain;
using Eip.Simulator.Faults;
using Eip.Simulator.Replay;
using Eip.Simulator.Tests.Replay;
using FsCheck;
using FsCheck.Fluent;

namespace Eip.Simulator.Tests.Faults;

public sealed class FaultInjectorTests
{
    private static readonly MemoryHistory History = Shop.Of(300);
    private static readonly FulfillmentEvent[] Events = History.Events();

    private static Arbitrary<FaultPlan> Plans => (
        from duplicates in Gen.Elements(0, 0.05, 0.5, 1)
        from shuffle in Gen.Elements(0, 1, 7200, 86_400 * 20)
        from drop in Gen.Elements(0, 0.01, 0.3, 1)
        from late in Gen.Elements(0, 3600, 86_400 * 3)
        from share in Gen.Elements(0.01, 0.5, 1)
        from corrupt in Gen.Elements(0, 0.001, 0.2, 1)
        from seed in Gen.Choose(0, int.MaxValue)
        select new FaultPlan
        {
            Duplicates = duplicates,
            Shuffle = TimeSpan.FromSeconds(shuffle),
            Drop = drop,
            ThenResend = drop > 0,
            Late = TimeSpan.FromSeconds(late),
            LateShare = share,
            Corrupt = corrupt,
            Seed = (ulong)seed,
        }).ToArbitrary();

    [Fact]
    public void Every_plan_that_sends_again_what_it_dropped_delivers_everything() => Prop.ForAll(Plans, plan =>
        Emit(plan).Where(emission => !emission.IsMalformed).Select(emission => emission.Event).ToHashSet().SetEquals(Events)).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_plan_that_delivers_everything_ends_in_the_same_digest()
    {
        string expected = Shop.DigestOf(Events);
        Prop.ForAll(Plans, plan => Shop.DigestOf(Emit(plan).Where(emission => !emission.IsMalformed).Select(emission => emission.Event)) == expected)
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Nothing_is_due_before_its_own_time_and_nothing_before_what_was_emitted_already() => Prop.ForAll(Plans, plan =>
    {
        var emissions = Emit(plan);
        return emissions.All(emission => emission.DueAt >= emission.Event.EventAt) && emissions.Zip(emissions.Skip(1)).All(pair => pair.First.DueAt <= pair.Second.DueAt);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_seed_gives_the_same_trouble_again() => Prop.ForAll(Plans, plan => Emit(plan).SequenceEqual(Emit(plan))).QuickCheckThrowOnFailure();

    [Fact]
    public void The_number_of_emissions_is_known_beforehand() => Prop.ForAll(Plans, plan =>
        FaultInjector.Count(History.Read(null, null), ReplayFilter.Everything, plan) == Emit(plan).Length).QuickCheckThrowOnFailure();

    [Fact]
    public void No_malformed_line_is_ever_read_as_an_event() => Prop.ForAll(Plans, plan =>
        Emit(plan).Where(emission => emission.IsMalformed).All(emission => !EventJson.TryRead(Encoding.UTF8.GetBytes(emission.Malformed!), out _, out _))).QuickCheckThrowOnFailure();

    [Fact]
    public void An_event_meets_the_same_trouble_in_a_part_of_the_history_as_in_the_whole()
    {
        var plan = new FaultPlan { Drop = 0.3, Seed = 5 };
        var whole = Emit(plan).Select(emission => emission.Event).ToHashSet();
        var from = Shop.Opening + (10 * 86_400);
        var part = FaultInjector.Emissions(() => History.Read(from, null), ReplayFilter.Everything, plan).Select(emission => emission.Event);

        part.ShouldBe(Events.Where(@event => @event.EventAt >= from && whole.Contains(@event)));
    }

    [Fact]
    public void Shares_come_out_as_asked()
    {
        var history = Shop.Of(10_000, seed: 3, secondsBetween: 60);
        var emissions = FaultInjector.Emissions(
            () => history.Read(null, null), ReplayFilter.Everything, new FaultPlan { Duplicates = 0.05, Corrupt = 0.001, Seed = 9 }).ToArray();

        double duplicates = (double)(emissions.Count(emission => !emission.IsMalformed) - history.Count) / history.Count;
        duplicates.ShouldBe(0.05, tolerance: 0.005);
        ((double)emissions.Count(emission => emission.IsMalformed) / history.Count).ShouldBe(0.001, tolerance: 0.0005);
    }

    [Fact]
    public void A_shuffle_brings_events_out_of_order_within_its_window_only()
    {
        var emissions = Emit(new FaultPlan { Shuffle = TimeSpan.FromHours(2), Seed = 2 });

        emissions.Zip(emissions.Skip(1)).Any(pair => pair.First.Event.EventAt > pair.Second.Event.EventAt).ShouldBeTrue();
        var greatest = EventTime.MinValue;
        foreach (var emission in emissions)
        {
            (greatest - emission.Event.EventAt).ShouldBeLessThanOrEqualTo(7200);
            greatest = greatest > emission.Event.EventAt ? greatest : emission.Event.EventAt;
        }
    }

    [Fact]
    public void What_is_dropped_for_good_is_missing()
    {
        var plan = new FaultPlan { Drop = 0.2, Seed = 4 };
        plan.DeliversEverything.ShouldBeFalse();
        Emit(plan).Length.ShouldBeLessThan(Events.Length);
    }

    [Fact]
    public void No_more_than_the_window_is_held_however_long_the_history()
    {
        var history = Shop.Of(5_000, secondsBetween: 3600);
        long read = 0, emitted = 0, mostHeld = 0;
        IEnumerable<ReadOnlyMemory<FulfillmentEvent>> Counted()
        {
            foreach (var batch in history.Read(null, null))
            {
                for (int i = 0; i < batch.Length; i++)
                {
                    read++;
                    yield return batch.Slice(i, 1);
                }
            }
        }

        foreach (var _ in FaultInjector.Emissions(Counted, ReplayFilter.Everything, new FaultPlan { Shuffle = TimeSpan.FromHours(2), Late = TimeSpan.FromDays(1), LateShare = 0.1 }))
            mostHeld = Math.Max(mostHeld, read - ++emitted);

        mostHeld.ShouldBeInRange(1, 60);
    }

    private static Emission[] Emit(FaultPlan plan) => [.. FaultInjector.Emissions(() => History.Read(null, null), ReplayFilter.Everything, plan)];
}

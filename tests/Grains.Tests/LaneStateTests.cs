using Eip.Domain;
using Eip.Grains.Lanes;

namespace Eip.Grains.Tests;

public sealed class LaneStateTests
{
    [Fact]
    public void A_promise_thousands_of_years_ahead_covers_its_own_months_and_not_the_centuries_before_it()
    {
        int today = EventTime.Parse("2018-03-20T00:00:00Z").DayNumber, last = EventTime.MaxValue.DayNumber;
        var state = new LaneState();

        state.Cover([today, last]).ShouldBeTrue();

        state.Days().ShouldContain(today);
        state.Days().Max().ShouldBe(last, "a day after the last one has no date");
        state.Days().Count().ShouldBeLessThan(300);
    }

    [Fact]
    public void Days_that_are_covered_are_stored_once_those_of_an_earlier_release_included()
    {
        var state = new LaneState { FirstDay = 1_000, LastDay = 1_010 };
        state.Cover([1_000, 1_005, 1_010]).ShouldBeFalse();
        state.Cover([999]).ShouldBeTrue();
        state.Cover([998, 1_001]).ShouldBeFalse("a block holds months");
        state.Days().ShouldContain(998);
        state.Days().ShouldContain(1_010);
    }
}

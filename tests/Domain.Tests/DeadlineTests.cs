namespace Eip.Domain.Tests;

public sealed class DeadlineTests
{
    [Theory]
    [InlineData("2018-03-20T00:00:00Z", "2018-03-20T23:59:59Z", "midnight names the day")]
    [InlineData("1969-12-31T00:00:00Z", "1969-12-31T23:59:59Z", "before the epoch as well")]
    [InlineData("9999-12-31T00:00:00Z", "9999-12-31T23:59:59Z", "on the last day there is")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T23:59:59Z", "and on the first")]
    [InlineData("2018-03-20T00:00:01Z", "2018-03-20T00:00:01Z", "a second after midnight is a moment")]
    [InlineData("2018-03-20T18:30:00Z", "2018-03-20T18:30:00Z", "as is any other")]
    public void A_promise_of_a_day_holds_until_its_last_second_and_any_other_is_its_own_deadline(string promise, string deadline, string why) =>
        Deadline.Of(EventTime.Parse(promise)).ToString().ShouldBe(deadline, why);
}

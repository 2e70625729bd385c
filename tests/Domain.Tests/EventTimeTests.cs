namespace Eip.Domain.Tests;

public sealed class EventTimeTests
{
    [Theory]
    [InlineData("1970-01-01T00:00:00Z", 0)]
    [InlineData("2016-09-04T21:15:19Z", 1473023719)]
    [InlineData("2000-02-29T23:59:59Z", 951868799)]
    [InlineData("0001-01-01T00:00:00Z", -62135596800)]
    [InlineData("9999-12-31T23:59:59Z", 253402300799)]
    public void Contract_text_and_unix_seconds_are_two_forms_of_one_moment(string text, long seconds)
    {
        EventTime.Parse(text).UnixSeconds.ShouldBe(seconds);
        new EventTime(seconds).ToString().ShouldBe(text);
        EventTime.Parse(text).ToDateTimeOffset().ToUnixTimeSeconds().ShouldBe(seconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2018-02-29T00:00:00Z")]
    [InlineData("2018-13-01T00:00:00Z")]
    [InlineData("2018-00-01T00:00:00Z")]
    [InlineData("2018-01-00T00:00:00Z")]
    [InlineData("2018-01-01T24:00:00Z")]
    [InlineData("2018-01-01T00:60:00Z")]
    [InlineData("2018-01-01T00:00:60Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("2018-01-01 00:00:00Z")]
    [InlineData("2018-01-01T00:00:00")]
    [InlineData("2018-01-01T00:00:00+")]
    [InlineData("2018-01-01T00:00:00.0Z")]
    [InlineData("-018-01-01T00:00:00Z")]
    [InlineData("20a8-01-01T00:00:00Z")]
    [InlineData("2o18-01-01T00:00:00Z")]
    [InlineData("２018-01-01T00:00:00Z")]
    public void Anything_but_the_contract_form_is_refused(string text)
    {
        EventTime.TryParse(text, out _).ShouldBeFalse();
        Should.Throw<FormatException>(() => EventTime.Parse(text));
    }

    [Fact]
    public void Every_day_of_four_centuries_survives_the_round_trip()
    {
        for (var day = new DateOnly(1800, 1, 1); day < new DateOnly(2201, 1, 1); day = day.AddDays(1))
        {
            var time = EventTime.StartOf(day) + 86_399;
            time.ToString().ShouldBe($"{day:yyyy-MM-dd}T23:59:59Z");
            time.Date.ShouldBe(day);
            EventTime.Parse(time.ToString()).ShouldBe(time);
        }
    }

    [Theory]
    [InlineData(1, "9999-12-31T23:59:59Z", "9999-12-31")]
    [InlineData(366L * 86_400 * 10_000, "9999-12-31T23:59:59Z", "9999-12-31")]
    [InlineData(-366L * 86_400 * 20_000, "0001-01-01T00:00:00Z", "0001-01-01")]
    public void A_moment_beyond_event_time_keeps_its_place_and_is_written_as_the_nearest_one(long seconds, string written, string day)
    {
        var moment = EventTime.MaxValue + seconds;
        (moment > EventTime.MaxValue).ShouldBe(seconds > 0);
        (moment < EventTime.MinValue).ShouldBe(seconds < 0);
        moment.ToString().ShouldBe(written);
        moment.Date.ToString("O").ShouldBe(day);
        EventTime.From(moment.ToDateTimeOffset()).ToString().ShouldBe(written);
    }
}

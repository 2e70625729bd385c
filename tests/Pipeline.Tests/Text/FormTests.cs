using Eip.Pipeline.Text;

namespace Eip.Pipeline.Tests.Text;

public sealed class FormTests
{
    [Theory]
    [InlineData("250ms", 0.25)]
    [InlineData("90s", 90)]
    [InlineData("90m", 5_400)]
    [InlineData("1.5h", 5_400)]
    [InlineData("36h", 129_600)]
    [InlineData("3d", 259_200)]
    [InlineData("1w", 604_800)]
    [InlineData("1d12h", 129_600)]
    [InlineData("1d12h30m5s500ms", 131_405.5)]
    [InlineData("0", 0)]
    [InlineData("86400", 86_400)]
    [InlineData("P3D", 259_200)]
    [InlineData("P2W", 1_209_600)]
    [InlineData("PT36H", 129_600)]
    [InlineData("PT1H", 3_600)]
    [InlineData("P1DT12H", 129_600)]
    [InlineData("PT0.25S", 0.25)]
    [InlineData("3660000d", 316_224_000_000)]
    public void A_duration_has_one_language_in_options_queries_and_files(string text, double seconds)
    {
        DurationText.TryParse(text, out var duration).ShouldBeTrue();
        duration.TotalSeconds.ShouldBe(seconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("3x")]
    [InlineData("-3d")]
    [InlineData("12h1d")]
    [InlineData("1d2")]
    [InlineData("1.5")]
    [InlineData("1.2.3h")]
    [InlineData("3d 2h")]
    [InlineData("2h 3")]
    [InlineData("1msx")]
    [InlineData("P1M")]
    [InlineData("P1Y")]
    [InlineData("PT1D")]
    [InlineData("P1H")]
    [InlineData("-P1D")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1DT")]
    [InlineData("P5")]
    [InlineData("3660001d")]
    [InlineData("999999999999d")]
    [InlineData("9999999999999999999")]
    [InlineData("99999999999999999999999999999999999d")]
    public void What_is_no_duration_is_not_read_as_one(string text) => DurationText.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("86400", 86_400)]
    [InlineData("1x", 1)]
    [InlineData("3600x", 3600)]
    [InlineData("0.5x", 0.5)]
    [InlineData("1d/s", 86_400)]
    [InlineData("12h/s", 43_200)]
    [InlineData("30m/s", 1800)]
    [InlineData("PT1H/s", 3600)]
    [InlineData("1d12h/s", 129_600)]
    public void A_speed_has_one_language_in_options_bodies_and_files(string text, double expected)
    {
        SpeedText.TryParse(text, out double speed, out _).ShouldBeTrue();
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
    public void What_is_no_speed_is_refused_with_the_text_that_was_written(string text)
    {
        SpeedText.TryParse(text, out _, out string? reason).ShouldBeFalse();
        reason!.ShouldContain($"'{text}'");
    }

    [Theory]
    [InlineData("plain São …", "plain São …")]
    [InlineData("\u001b[2J\u001b[31mred\u0007", "\\x1B[2J\\x1B[31mred\\x07")]
    [InlineData("\u009b31m\u007f", "\\x9B31m\\x7F")]
    [InlineData("abc\u202efed", "abc\\u202Efed")]
    [InlineData("one\ntwo\r\n", "one\\ntwo\\r\\n")]
    public void What_would_steer_a_terminal_is_shown_as_an_escape(string text, string shown) => Printable.Line(text).ShouldBe(shown);
}

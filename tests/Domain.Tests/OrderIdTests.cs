using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Eip.Domain.Tests;

public sealed class OrderIdTests
{
    [Theory]
    [InlineData("2e7a8482f6fb09756ca50c10d7bfc047", true)]
    [InlineData("2E7A8482F6FB09756CA50C10D7BFC047", false)]
    [InlineData("2e7a8482f6fb09756ca50c10d7bfc04", false)]
    [InlineData("order 17, \"express\"", false)]
    [InlineData("Bestellung-ä-😀", false)]
    public void An_id_keeps_its_text(string text, bool hex)
    {
        var id = OrderId.Parse(text);
        id.ToString().ShouldBe(text);
        id.IsHex.ShouldBe(hex);
        var bytes = new byte[id.Utf8Length];
        id.Format(bytes).ShouldBe(bytes.Length);
        Encoding.UTF8.GetString(bytes).ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\u007fb")]
    public void An_empty_or_unprintable_id_is_refused(string text) => OrderId.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("2e7a8482f6fb09756ca50c10d7bfc047")]
    [InlineData("2E7A8482F6FB09756CA50C10D7BFC047")]
    [InlineData("2e7a8482f6fb09756ca50c10d7bfc04g")]
    [InlineData("2e7a8482f6fb09756ca50c10d7bfc0ä")]
    [InlineData("Bestellung-ä-😀")]
    [InlineData("a\nb")]
    [InlineData("")]
    public void Utf8_is_read_as_its_text_is(string text)
    {
        bool valid = OrderId.TryParse(text, out var expected);
        OrderId.TryParse(Encoding.UTF8.GetBytes(text), out var id).ShouldBe(valid);
        id.ShouldBe(expected);
        id.IsHex.ShouldBe(expected.IsHex);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        OrderId.TryParse([(byte)'a', 0xff], out _).ShouldBeFalse();
        OrderId.TryParse(Enumerable.Repeat((byte)'a', OrderId.MaxUtf8Length + 1).ToArray(), out _).ShouldBeFalse();
        Should.Throw<FormatException>(static () => OrderId.Parse([(byte)'a', 0xff]));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused() => OrderId.TryParse("half " + '\ud83d', out _).ShouldBeFalse();

    [Fact]
    public void An_id_longer_than_its_bound_is_refused()
    {
        OrderId.TryParse(new string('a', OrderId.MaxUtf8Length), out _).ShouldBeTrue();
        OrderId.TryParse(new string('a', OrderId.MaxUtf8Length + 1), out _).ShouldBeFalse();
        OrderId.TryParse(new string('ä', (OrderId.MaxUtf8Length / 2) + 1), out _).ShouldBeFalse();
    }

    [Fact]
    public void Ids_order_as_their_utf8_text_whatever_form_they_are_held_in() => Prop.ForAll(
        ArbMap.Default.ArbFor<ulong>().Generator.Two().Select(pair => (Text(pair.Item1), Text(pair.Item2))).ToArbitrary(),
        pair =>
        {
            int expected = Math.Sign(Encoding.UTF8.GetBytes(pair.Item1).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(pair.Item2)));
            return Math.Sign(OrderId.Parse(pair.Item1).CompareTo(OrderId.Parse(pair.Item2))) == expected
                && (OrderId.Parse(pair.Item1) == OrderId.Parse(pair.Item2)) == (expected == 0);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_stable_hash_never_changes_since_it_places_orders_in_partitions_on_disk()
    {
        OrderId.Parse("2e7a8482f6fb09756ca50c10d7bfc047").StableHash().ShouldBe(3461590739u);
        OrderId.Parse("order-17").StableHash().ShouldBe(2729525233u);
    }

    // Every second text is thirty-two hexadecimal digits, and small numbers make equal pairs and common prefixes likely.
    private static string Text(ulong seed) => seed % 2 == 0
        ? (seed % 5).ToString("x16") + (seed % 7).ToString("x16")
        : $"order-{seed % 11}{(seed % 3 == 0 ? "ü" : "")}";

    [Fact]
    public void Ids_whose_halves_cancel_each_other_have_hash_codes_of_their_own()
    {
        var codes = Enumerable.Range(0, 1000).Select(static i => OrderId.FromHex(new UInt128((ulong)i ^ 0x1234_5678_90AB_CDEF, (ulong)i)).GetHashCode()).ToHashSet();
        codes.Count.ShouldBeGreaterThan(990);
    }
}

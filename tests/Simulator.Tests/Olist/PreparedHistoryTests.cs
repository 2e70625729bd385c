using System.Globalization;
using Eip.Domain;
using Eip.Simulator.Olist;

namespace Eip.Simulator.Tests.Olist;

public sealed class PreparedHistoryTests : IDisposable
{
    private const int Orders = 2_000;
    private readonly DataSetFixture data = new();

    public PreparedHistoryTests()
    {
        var start = new DateTime(2018, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (int i = 0; i < Orders; i++)
        {
            // Many orders at one moment, so that a moment's events fill more than one block.
            string purchased = Text(start.AddHours(i / 1500 * 5));
            data.Order(i % 7 == 0 ? $"ö-{i}" : $"{i:x32}", purchased, purchased, estimated: i % 3 == 0 ? "" : Text(start.AddDays(30)),
                status: (i % 5) switch { 0 => "canceled", 1 => "unavailable", _ => "shipped" }, customer: i % 2 == 0 ? "c-mg" : "nobody");
            data.Item($"{i:x32}");
        }

        data.Order("zz", Text(start.AddDays(60))).Order("bad", "bad").Write();
    }

    private string Folder => Path.Combine(data.Folder, "replay");

    public void Dispose() => data.Dispose();

    [Fact]
    public void It_holds_exactly_the_events_of_the_data_set_in_order()
    {
        var expected = data.Read();
        using var prepared = Open();
        All(prepared).ShouldBe(expected.Batches().SelectMany(static batch => batch.ToArray()));
        prepared.ShouldSatisfyAllConditions(
            () => prepared.Count.ShouldBe(expected.EventCount),
            () => prepared.OrderCount.ShouldBe(Orders + 1),
            () => prepared.RejectCount.ShouldBe(1),
            () => prepared.First.ShouldBe(expected.FirstEventAt),
            () => prepared.Last.ShouldBe(expected.LastEventAt),
            () => prepared.Horizon.ShouldBe(expected.Horizon));
    }

    [Fact]
    public void Every_type_is_kept_by_a_prepared_event_and_by_a_key_of_it()
    {
        Span<byte> bytes = stackalloc byte[PreparedEventCodec.MaxLength];
        foreach (var type in EventTypes.All.Append((EventType)byte.MaxValue))
        {
            var written = new FulfillmentEvent(OrderId.Parse("a"), type, EventTime.MinValue, Region.Unknown, Region.Unknown, null);
            PreparedEventCodec.Read(bytes[..PreparedEventCodec.Write(bytes, written)], out var read);
            read.ShouldBe(written);
        }

        foreach (var type in EventKey.Derived)
        {
            ulong key = EventKey.Of(uint.MaxValue, (1 << EventKey.OrderBits) - 1, type);
            (EventKey.Time(key), EventKey.Order(key), EventKey.Type(key)).ShouldBe((uint.MaxValue, (1 << EventKey.OrderBits) - 1, type));
        }

        Should.Throw<ArgumentOutOfRangeException>(() => EventKey.Of(1, 1, (EventType)byte.MaxValue), "a type that rows do not give is not taken for another");
    }

    [Fact]
    public void Any_range_gives_the_events_within_both_ends()
    {
        using var prepared = Open();
        var all = All(prepared);
        EventTime?[] moments =
            [null, .. all.Select(static e => e.EventAt).Distinct().SelectMany(static t => new EventTime?[] { t + -1, t, t + 1 })];
        foreach (var from in moments)
        {
            foreach (var to in moments)
            {
                var expected = all.Where(e => (from is null || e.EventAt >= from) && (to is null || e.EventAt <= to));
                All(prepared, from, to).SequenceEqual(expected).ShouldBeTrue($"{from} to {to}");
            }
        }
    }

    [Fact]
    public void It_is_made_once_and_again_only_when_the_data_set_changed()
    {
        using (var first = Open())
            first.WasBuilt.ShouldBeTrue();
        using (var second = Open())
            second.WasBuilt.ShouldBeFalse();
        data.Rejects.Rows.Count.ShouldBe(1);
        data.Order("new", "2018-05-05 00:00:00").Write();
        using var third = Open();
        third.WasBuilt.ShouldBeTrue();
        third.OrderCount.ShouldBe(Orders + 2);
        Directory.GetFiles(Folder).Length.ShouldBe(1, "older ones and temporary files go");
    }

    [Fact]
    public void A_file_that_was_cut_is_made_anew()
    {
        using (Open())
        {
        }

        string path = Directory.GetFiles(Folder).Single();
        byte[] whole = File.ReadAllBytes(path);
        foreach (int length in new[] { 0, 1, 50, whole.Length / 2, whole.Length - 60, whole.Length - 1 })
        {
            File.WriteAllBytes(path, whole[..length]);
            using var again = Open();
            again.WasBuilt.ShouldBeTrue($"cut to {length} bytes");
            All(again).Count.ShouldBe((int)again.Count);
        }
    }

    [Fact]
    public void A_flipped_bit_is_never_read_as_an_event()
    {
        using (Open())
        {
        }

        string path = Directory.GetFiles(Folder).Single();
        byte[] whole = File.ReadAllBytes(path);
        for (int at = 0; at < whole.Length; at += 9_973)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 4;
            File.WriteAllBytes(path, damaged);
            using var opened = Open();
            if (!opened.WasBuilt)
                Should.Throw<InvalidDataException>(() => All(opened), $"bit of byte {at}").Message.ShouldContain(path);
            using var next = Open();
            All(next).Count.ShouldBe((int)next.Count);
        }
    }

    [Fact]
    public void A_data_set_without_orders_is_an_empty_history()
    {
        using var empty = new DataSetFixture().Write();
        using var prepared = PreparedHistory.Open(empty.Folder, Folder, empty.Rejects);
        prepared.Count.ShouldBe(0);
        prepared.First.ShouldBeNull();
        All(prepared).ShouldBeEmpty();
    }

    private static string Text(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static List<FulfillmentEvent> All(PreparedHistory history, EventTime? from = null, EventTime? to = null) =>
        [.. history.Read(from, to).SelectMany(static batch => batch.ToArray())];

    private PreparedHistory Open() => PreparedHistory.Open(data.Folder, Folder, data.Rejects);
}

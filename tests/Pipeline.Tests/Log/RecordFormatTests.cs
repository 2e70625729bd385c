using Eip.Domain;
using Eip.Pipeline.Log;

namespace Eip.Pipeline.Tests.Log;

public sealed class RecordFormatTests
{
    [Fact]
    public void The_bytes_of_a_record_are_frozen()
    {
        var @event = new FulfillmentEvent(
            OrderId.Parse("00112233445566778899aabbccddeeff"), EventType.HandedToCarrier, EventTime.Parse("2018-01-02T03:04:05Z"),
            Region.Parse("SP"), Region.Parse("RJ"), EventTime.Parse("2018-02-03T00:00:00Z"), """{"a":1}""");
        byte[] record = new byte[RecordFormat.MaxLength];
        int length = RecordFormat.Write(record, @event);
        Convert.ToHexStringLower(record.AsSpan(0, length)).ShouldBe(
            "2d000407" + "73e521e9" + "a5f64a5a00" + "5053" + "4a52" + "80fb745a00" + "00112233445566778899aabbccddeeff" + "7b2261223a317d");
    }

    [Fact]
    public void The_bytes_of_a_record_without_optional_parts_are_frozen()
    {
        var @event = new FulfillmentEvent(OrderId.Parse("A-1"), EventType.OrderPlaced, EventTime.MinValue, Region.Unknown, Region.Unknown, null);
        byte[] record = new byte[RecordFormat.MaxLength];
        int length = RecordFormat.Write(record, @event);
        Convert.ToHexStringLower(record.AsSpan(0, length)).ShouldBe("1a000100" + "12f760e4" + "00096e88f1" + "0000" + "0000" + "0000000000" + "03412d31");
    }

    [Fact]
    public void The_bytes_of_a_segment_header_are_frozen()
    {
        byte[] header = new byte[SegmentFormat.HeaderLength];
        SegmentFormat.Write(header, 3, 1_000_000, 0x01020304, 0x05060708);
        Convert.ToHexStringLower(header).ShouldBe("45495045564c4f47" + "0200" + "0300" + "40420f0000000000" + "04030201" + "08070605" + "661927ec");
    }

    [Fact]
    public void The_checksum_is_CRC_32C() => Crc32C.Of("123456789"u8).ShouldBe(0xE306_9283);

    [Fact]
    public void Every_flipped_bit_of_a_record_is_noticed()
    {
        byte[] record = new byte[RecordFormat.MaxLength];
        int length = RecordFormat.Write(record, LogFixture.Event(6));
        RecordFormat.IsWhole(record.AsSpan(0, length)).ShouldBeTrue();
        for (int bit = 16; bit < length * 8; bit++)
        {
            record[bit / 8] ^= (byte)(1 << (bit % 8));
            RecordFormat.IsWhole(record.AsSpan(0, length)).ShouldBeFalse($"bit {bit}");
            record[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void A_record_of_a_type_that_a_later_version_may_bring_is_refused_and_named()
    {
        byte[] record = new byte[RecordFormat.MaxLength];
        int length = RecordFormat.Write(record, LogFixture.Event(0));
        record[2] = 8;
        Should.Throw<InvalidDataException>(() => RecordFormat.Read(record.AsSpan(0, length), out _)).Message.ShouldContain("event type 8");
    }

    [Fact]
    public void Payload_extras_that_come_again_are_one_string()
    {
        byte[] record = new byte[RecordFormat.MaxLength];
        int length = RecordFormat.Write(record, LogFixture.Event(6));
        RecordFormat.Read(record.AsSpan(0, length), out var first);
        RecordFormat.Read(record.AsSpan(0, length), out var second);
        ReferenceEquals(first.PayloadExtras, second.PayloadExtras).ShouldBeTrue();
    }

    [Fact]
    public void Writing_and_reading_an_event_allocates_nothing()
    {
        byte[] record = new byte[RecordFormat.MaxLength];
        var @event = LogFixture.Event(6);
        RoundTrips(1000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        RoundTrips(1000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void RoundTrips(int count)
        {
            for (int i = 0; i < count; i++)
                RecordFormat.Read(record.AsSpan(0, RecordFormat.Write(record, @event)), out @event);
        }
    }
}

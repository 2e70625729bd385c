using Confluent.Kafka;
using Eip.Domain;
using Eip.Streams.Kafka.DeadLetters;
using Eip.Streams.Kafka.Provider;
using Eip.Tests;

namespace Eip.Streams.Kafka.Tests;

/// <summary>Anybody may write to a topic: whatever a record's bytes, the reader goes on, and nothing of the record is lost.</summary>
public sealed class HostileRecordTests
{
    private const int Records = 100_000;

    [Fact]
    public void Any_record_is_an_event_or_a_dead_letter_that_holds_its_bytes()
    {
        int seed = Environment.TickCount, letters = 0;
        var hostile = new HostileEvents(seed);
        var decoder = new RecordDecoder();
        for (int i = 0; i < Records; i++)
        {
            byte[] key = i % 7 == 0 ? [0xFF, (byte)i] : [(byte)'k'], value = hostile.Next();
            string input = $"seed {seed}, record {i}, base64 {Convert.ToBase64String(value)}";
            ((IDeserializer<Ignore>)decoder).Deserialize(key, isNull: false, SerializationContext.Empty);
            var decoded = Should.NotThrow(() => decoder.Deserialize(value, isNull: false, SerializationContext.Empty), input);
            if (decoded.Malformed is not { } malformed)
            {
                EventJson.TryRead(value, out var @event, out _).ShouldBeTrue(input);
                decoded.Event.ShouldBe(@event, input);
                continue;
            }

            letters++;
            malformed.Value.ShouldBe(value, input);
            malformed.Key.ShouldBe(key, input);
            var place = new TopicPartitionOffset("events", 3, i);
            var record = DeadLetterRecord.Of(place, DateTimeOffset.UnixEpoch, malformed.Key, malformed.Value, malformed.Error, DateTimeOffset.UnixEpoch);
            var letter = DeadLetterRecord.Read(record);
            letter.Content.Bytes.Span.SequenceEqual(value).ShouldBeTrue(input);
            letter.Reason.Any(char.IsControl).ShouldBeFalse(input);
        }

        letters.ShouldBeInRange(Records / 20, Records * 9 / 10, $"seed {seed}: the records prove little");
    }
}

using Confluent.Kafka;
using Eip.Domain;

namespace Eip.Streams.Kafka.Provider;

/// <summary>A record's value: an event, or what is wrong with it.</summary>
/// <param name="Event">The event; meaningful when <paramref name="Malformed"/> is null.</param>
/// <param name="Malformed">Why there is no event.</param>
internal readonly record struct DecodedRecord(FulfillmentEvent Event, MalformedRecord? Malformed);

/// <summary>A record that is no event.</summary>
/// <param name="Key">Its key, or null.</param>
/// <param name="Value">Its value; null for a tombstone.</param>
/// <param name="Error">What is wrong.</param>
internal sealed record MalformedRecord(byte[]? Key, byte[]? Value, EventError Error);

/// <summary>Reads events where the client's buffers lie, so that a good record's bytes are never copied. One for each consumer; not thread-safe.</summary>
internal sealed class RecordDecoder : IDeserializer<Ignore>, IDeserializer<DecodedRecord>
{
    private static readonly EventError Tombstone = new(null, "The record has no value; an event cannot be deleted from the log.");
    private byte[] key = new byte[64];
    private int keyLength;

    // The client reads a record's key right before its value.
    Ignore IDeserializer<Ignore>.Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        keyLength = isNull ? -1 : data.Length;
        if (data.Length > key.Length)
            key = new byte[data.Length];
        data.CopyTo(key);
        return null!;
    }

    public DecodedRecord Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        if (isNull)
            return new DecodedRecord(default, new MalformedRecord(Key(), null, Tombstone));
        return EventJson.TryRead(data, out var @event, out var error)
            ? new DecodedRecord(@event, null)
            : new DecodedRecord(default, new MalformedRecord(Key(), data.ToArray(), error));
    }

    private byte[]? Key() => keyLength < 0 ? null : key[..keyLength];
}

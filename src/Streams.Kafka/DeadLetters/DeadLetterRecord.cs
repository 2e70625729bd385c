using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Streams.Kafka.DeadLetters;

/// <summary>
/// A dead letter as a record: the key is the letter's id, the value its content as it came, and headers say why and where from. A record without a value
/// says that the letter with its key was retried.
/// </summary>
internal static class DeadLetterRecord
{
    private const string AtHeader = "eip-at";
    private const string OriginHeader = "eip-origin";
    private const string ReasonHeader = "eip-reason";
    private const string FieldHeader = "eip-field";
    private const string KindHeader = "eip-kind";
    private const string KeyHeader = "eip-key";
    private const string TombstoneHeader = "eip-tombstone";
    private const string TruncatedHeader = "eip-truncated-from";

    public static Message<string, byte[]?> Of(DeadLetter letter) => new()
    {
        Key = letter.Id,
        Value = letter.Content.Bytes.ToArray(),
        Headers = HeadersOf(letter),
    };

    /// <summary>
    /// A record that could not be taken. The id follows from where the record lies and when it was appended, so setting it aside twice makes one letter.
    /// </summary>
    public static Message<string, byte[]?> Of(TopicPartitionOffset origin, DateTimeOffset appendedAt, byte[]? key, byte[]? value, EventError error, DateTimeOffset now)
    {
        string place = $"{origin.Topic}/{origin.Partition.Value}";
        var letter = new DeadLetter(
            DeadLetterId.Of(appendedAt, place, origin.Offset.Value), now, $"{place}@{origin.Offset.Value}", error.Field, error.Reason, new RawContent(value));
        var message = Of(letter);
        if (key is not null)
            message.Headers.Add(KeyHeader, key);
        if (value is null)
            message.Headers.Add(TombstoneHeader, "true"u8.ToArray());
        return message;
    }

    public static Message<string, byte[]?> Retried(string id) => new() { Key = id, Value = null };

    /// <summary>The same letter with only the beginning of its content, for brokers that take no larger one.</summary>
    public static Message<string, byte[]?> Truncated(Message<string, byte[]?> letter, int length)
    {
        letter.Headers.Remove(TruncatedHeader);
        letter.Headers.Add(TruncatedHeader, Encoding.UTF8.GetBytes(letter.Value!.Length.ToString(CultureInfo.InvariantCulture)));
        return new Message<string, byte[]?> { Key = letter.Key, Value = letter.Value[..length], Headers = letter.Headers };
    }

    public static DeadLetter Read(Message<string, byte[]?> record) => new(
        record.Key,
        DateTimeOffset.TryParse(Text(record.Headers, AtHeader), CultureInfo.InvariantCulture, out var at)
            ? at
            : DateTimeOffset.FromUnixTimeMilliseconds(record.Timestamp.UnixTimestampMs),
        Text(record.Headers, OriginHeader) ?? "",
        Text(record.Headers, FieldHeader),
        Reason(record.Headers),
        new RawContent(record.Value),
        Enum.TryParse(Text(record.Headers, KindHeader), out DeadLetterKind kind) ? kind : DeadLetterKind.Event);

    private static string Reason(Headers? headers)
    {
        string reason = Text(headers, ReasonHeader) ?? "";
        return Text(headers, TruncatedHeader) is { } length ? $"{reason} Of {length} bytes only the beginning is kept here." : reason;
    }

    private static Headers HeadersOf(DeadLetter letter)
    {
        var headers = new Headers
        {
            { AtHeader, Encoding.UTF8.GetBytes(letter.At.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)) },
            { OriginHeader, Encoding.UTF8.GetBytes(letter.Origin) },
            { ReasonHeader, Encoding.UTF8.GetBytes(letter.Reason) },
            { KindHeader, Encoding.UTF8.GetBytes(letter.Kind.ToString()) },
        };
        if (letter.Field is not null)
            headers.Add(FieldHeader, Encoding.UTF8.GetBytes(letter.Field));
        return headers;
    }

    private static string? Text(Headers? headers, string name) =>
        headers is not null && headers.TryGetLastBytes(name, out byte[] value) ? Encoding.UTF8.GetString(value) : null;
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.DeadLetters;

/// <summary>
/// One line of the file of dead letters: a letter, or word that the letter with this id is gone. Content stands as text where it is plain text, else
/// its bytes in base64: no byte is lost, and nothing in the file acts on a terminal.
/// </summary>
internal sealed record LetterLine
{
    private static readonly LetterLineContext Readable = new(new JsonSerializerOptions(LetterLineContext.Default.Options)
    {
        // The file is for people's eyes and never part of a page: letters beyond ASCII and quotes stay as they are, and take no more room.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public required string Id { get; init; }

    public bool Gone { get; init; }

    public DateTimeOffset At { get; init; }

    public string? Origin { get; init; }

    public string? Field { get; init; }

    public string? Reason { get; init; }

    public DeadLetterKind Kind { get; init; }

    public string? Content { get; init; }

    public byte[]? ContentBase64 { get; init; }

    public static byte[] Of(DeadLetter letter)
    {
        bool isText = letter.Content.IsPlainText;
        return Write(new LetterLine
        {
            Id = letter.Id,
            At = letter.At,
            Origin = letter.Origin,
            Field = letter.Field,
            Reason = letter.Reason,
            Kind = letter.Kind,
            Content = isText ? letter.Content.ToString() : null,
            ContentBase64 = isText ? null : letter.Content.Bytes.ToArray(),
        });
    }

    public static byte[] OfGone(string id) => Write(new LetterLine { Id = id, Gone = true });

    public static LetterLine? TryRead(ReadOnlySpan<byte> line)
    {
        try
        {
            var read = JsonSerializer.Deserialize(line, LetterLineContext.Default.LetterLine);
            return string.IsNullOrEmpty(read?.Id) || !Enum.IsDefined(read.Kind) ? null : read;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public DeadLetter ToLetter() =>
        new(Id, At, Origin ?? "", Field, Reason ?? "", ContentBase64 is null ? RawContent.Of(Content ?? "") : new RawContent(ContentBase64), Kind);

    private static byte[] Write(LetterLine line) => [.. JsonSerializer.SerializeToUtf8Bytes(line, Readable.LetterLine), (byte)'\n'];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(LetterLine))]
internal sealed partial class LetterLineContext : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.DeadLetters;

/// <summary>One line of the file of dead letters: a letter, or word that the letter with this id is gone.</summary>
internal sealed record LetterLine
{
    public required string Id { get; init; }

    public bool Gone { get; init; }

    public DateTimeOffset At { get; init; }

    public string? Origin { get; init; }

    public string? Field { get; init; }

    public string? Reason { get; init; }

    public string? Content { get; init; }

    public static byte[] Of(DeadLetter letter) => Write(new LetterLine
    {
        Id = letter.Id,
        At = letter.At,
        Origin = letter.Origin,
        Field = letter.Field,
        Reason = letter.Reason,
        Content = letter.Content,
    });

    public static byte[] OfGone(string id) => Write(new LetterLine { Id = id, Gone = true });

    public static LetterLine? TryRead(ReadOnlySpan<byte> line)
    {
        try
        {
            var read = JsonSerializer.Deserialize(line, LetterLineContext.Default.LetterLine);
            return string.IsNullOrEmpty(read?.Id) ? null : read;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public DeadLetter ToLetter() => new(Id, At, Origin ?? "", Field, Reason ?? "", Content ?? "");

    private static byte[] Write(LetterLine line) => [.. JsonSerializer.SerializeToUtf8Bytes(line, LetterLineContext.Default.LetterLine), (byte)'\n'];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(LetterLine))]
internal sealed partial class LetterLineContext : JsonSerializerContext;

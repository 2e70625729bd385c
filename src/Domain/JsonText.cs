using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Eip.Domain;

/// <summary>
/// What a JSON text must be before anything is taken from it: whole, UTF-8 throughout, without half a surrogate pair, without a property that comes twice
/// and no deeper than every writer can write it back. What passes can be read by any JSON reader without a failure.
/// </summary>
internal static class JsonText
{
    /// <summary>Checks a whole text; never throws.</summary>
    public static bool IsSound(ReadOnlySpan<byte> json, int maxDepth, [NotNullWhen(false)] out EventError? error)
    {
        error = null;
        if (JsonPlainText.IsSound(json, maxDepth))
            return true;
        var path = new Path();
        try
        {
            // Its own bound is out of the way: depth is judged here, where the field is known.
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = json.Length + 1 });
            while (reader.Read())
            {
                if (path.Take(ref reader, maxDepth) is not { } reason)
                    continue;
                error = new EventError(path.Field, reason);
                return false;
            }

            return true;
        }
        catch (JsonException)
        {
            error = path.Field is { } field ? new EventError(field, "The JSON breaks off or is broken here.") : new EventError(null, "This is not a JSON object.");
            return false;
        }
    }

    /// <summary>Whether the name or text that the reader stands on is whole characters.</summary>
    internal static bool IsText(ref Utf8JsonReader reader) =>
        Utf8.IsValid(reader.ValueSpan) && (!reader.ValueIsEscaped || HasWholePairs(reader.ValueSpan));

    // The reader has seen to it that every escape is one.
    private static bool HasWholePairs(ReadOnlySpan<byte> escaped)
    {
        bool needsLow = false;
        for (int i = 0; i < escaped.Length; i++)
        {
            int unit = -1;
            if (escaped[i] == '\\' && escaped[++i] == 'u')
            {
                _ = int.TryParse(escaped.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out unit);
                i += 4;
            }

            bool isLow = unit is >= 0xDC00 and <= 0xDFFF;
            if (isLow != needsLow)
                return false;
            needsLow = unit is >= 0xD800 and <= 0xDBFF;
        }

        return !needsLow;
    }

    // Where the reader stands, and the names that the objects around it have had.
    private sealed class Path
    {
        private readonly Stack<(string? Name, HashSet<string>? Names)> levels = new();
        private string? name;
        private HashSet<string>? names;

        /// <summary>The names that lead here, or null at the root.</summary>
        public string? Field
        {
            get
            {
                string joined = string.Join('.', levels.Reverse().Select(static level => level.Name).Append(name).OfType<string>());
                return joined.Length == 0 ? null : ShownText.Shorten(joined);
            }
        }

        /// <summary>Takes one token; returns what is wrong with it.</summary>
        public string? Take(ref Utf8JsonReader reader, int maxDepth)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    if (reader.CurrentDepth >= maxDepth)
                        return $"It is nested deeper than {maxDepth} levels.";
                    levels.Push((name, names));
                    (name, names) = (null, null);
                    return null;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    (name, names) = levels.Pop();
                    return null;
                case JsonTokenType.PropertyName:
                    name = null;
                    if (!IsText(ref reader))
                        return "The name of a property here is not UTF-8, or holds half a surrogate pair.";
                    name = reader.GetString()!;
                    return (names ??= new HashSet<string>(StringComparer.Ordinal)).Add(name) ? null : "It stands here twice.";
                case JsonTokenType.String:
                    return IsText(ref reader) ? null : "Its text is not UTF-8, or holds half a surrogate pair.";
                default:
                    return null;
            }
        }
    }
}

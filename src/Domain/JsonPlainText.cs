using System.Text.Json;

namespace Eip.Domain;

/// <summary>
/// A quick look for what <see cref="JsonText"/> asks of a text, without a string for each name: it says yes to sound texts whose objects have few
/// properties with plain names, and no to everything else, sound or not.
/// </summary>
internal static class JsonPlainText
{
    private const int MostNames = 64, MostLevels = 32;

    public static bool IsSound(ReadOnlySpan<byte> json, int maxDepth)
    {
        // Names of all objects that are open, and where those of each begin.
        Span<Range> names = stackalloc Range[MostNames];
        Span<int> begins = stackalloc int[MostLevels];
        int count = 0;
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        if (reader.CurrentDepth >= Math.Min(maxDepth, MostLevels))
                            return false;
                        begins[reader.CurrentDepth] = count;
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        count = begins[reader.CurrentDepth];
                        break;
                    case JsonTokenType.PropertyName:
                        if (reader.ValueIsEscaped || count == MostNames || !JsonText.IsText(ref reader))
                            return false;
                        foreach (var name in names[begins[reader.CurrentDepth - 1]..count])
                        {
                            if (json[name].SequenceEqual(reader.ValueSpan))
                                return false;
                        }

                        int start = (int)reader.TokenStartIndex + 1;
                        names[count++] = start..(start + reader.ValueSpan.Length);
                        break;
                    case JsonTokenType.String when !JsonText.IsText(ref reader):
                        return false;
                }
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Eip.Pipeline.Text;

namespace Eip.Api.Json;

/// <summary>A speed as a number or as a text of <see cref="SpeedText"/>; a text that is none is read as no number, which its endpoint refuses by name.</summary>
internal sealed class SpeedConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            return reader.GetDouble();
        return SpeedText.TryParse(reader.GetString()!, out double speed, out _) ? speed : double.NaN;
    }

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

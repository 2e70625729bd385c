using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Eip.Pipeline.Log;

/// <summary>What is fixed when a log is made, in <c>log.json</c>: its partitions, and a number that tells it from other logs.</summary>
/// <param name="Format">2, or 1 in a log of an earlier version of EIP, which has no number and no checksum.</param>
/// <param name="Partitions">The number of partitions.</param>
/// <param name="Log">Tells the log from others, eight hexadecimal digits.</param>
/// <param name="Checksum">CRC-32C of the other values.</param>
internal sealed record LogMetadata(int Format, int Partitions, string? Log = null, string? Checksum = null)
{
    public const string FileName = "log.json";
    public const int CurrentFormat = 2;

    /// <summary>The number in <see cref="Log"/>; 0 in format 1.</summary>
    [JsonIgnore]
    public uint Id => Log is null ? 0 : uint.Parse(Log, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static LogMetadata Create(int partitions) => Of(partitions, (uint)RandomNumberGenerator.GetInt32(1, int.MaxValue));

    public static LogMetadata Of(int partitions, uint id)
    {
        var metadata = new LogMetadata(CurrentFormat, partitions, id.ToString("x8", CultureInfo.InvariantCulture));
        return metadata with { Checksum = metadata.Sum() };
    }

    /// <exception cref="LogDamagedException">The file is damaged, or of a later version.</exception>
    public static LogMetadata? TryLoad(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
            return null;
        LogMetadata? read = null;
        try
        {
            read = JsonSerializer.Deserialize(File.ReadAllBytes(path), LogMetadataContext.Default.LogMetadata);
        }
        catch (JsonException)
        {
            // As damaged as JSON that says something else.
        }

        if (read is { Format: > CurrentFormat })
            throw new LogDamagedException(path, 0, 0, $"it has format {read.Format}, and this version of EIP reads up to {CurrentFormat}");
        bool isSound = read is { Partitions: >= 1 and <= EventLogOptions.MaxPartitions }
            && (read.Format == 1 ? read is { Log: null, Checksum: null } : read.Format == CurrentFormat && read.Checksum == read.Sum());
        return isSound ? read : throw new LogDamagedException(path, 0, 0, "it is not what EIP wrote");
    }

    /// <summary>Loads a description that must be there.</summary>
    /// <exception cref="LogDamagedException">It is missing or damaged.</exception>
    public static LogMetadata Load(string directory) =>
        TryLoad(directory) ?? throw new LogDamagedException(Path.Combine(directory, FileName), 0, 0, "it is missing");

    public void Save(string directory) => AtomicFile.Write(
        Path.Combine(directory, FileName), stream => JsonSerializer.Serialize(stream, this, LogMetadataContext.Default.LogMetadata));

    private string Sum()
    {
        string values = string.Create(CultureInfo.InvariantCulture, $"{Format}|{Partitions}|{Log}");
        return Crc32C.Of(Encoding.UTF8.GetBytes(values)).ToString("x8", CultureInfo.InvariantCulture);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LogMetadata))]
internal sealed partial class LogMetadataContext : JsonSerializerContext;

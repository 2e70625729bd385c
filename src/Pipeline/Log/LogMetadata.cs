using System.Text.Json;
using System.Text.Json.Serialization;

namespace Eip.Pipeline.Log;

/// <summary>What is fixed when a log is made, in <c>log.json</c>.</summary>
internal sealed record LogMetadata(int Format, int Partitions)
{
    public const string FileName = "log.json";
    private const int CurrentFormat = 1;

    public static LogMetadata? TryLoad(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
            return null;
        LogMetadata? metadata;
        try
        {
            metadata = JsonSerializer.Deserialize(File.ReadAllBytes(path), LogMetadataContext.Default.LogMetadata);
        }
        catch (JsonException exception)
        {
            throw new LogDamagedException(path, 0, 0, "it is not the JSON that EIP wrote: " + exception.Message.TrimEnd('.'));
        }

        if (metadata is null || metadata.Partitions is < 1 or > EventLogOptions.MaxPartitions)
            throw new LogDamagedException(path, 0, 0, "it does not say how many partitions there are");
        if (metadata.Format != CurrentFormat)
            throw new LogDamagedException(path, 0, 0, $"it has format {metadata.Format}, and this version of EIP reads {CurrentFormat}");
        return metadata;
    }

    public static LogMetadata LoadOrCreate(string directory, int partitions)
    {
        if (TryLoad(directory) is { } known)
            return known;
        string path = Path.Combine(directory, FileName);
        if (Directory.EnumerateDirectories(directory, "p*").Any(static partition => SegmentFormat.List(partition).Count > 0))
            throw new LogDamagedException(path, 0, 0, "it is missing, although there are events; write {\"format\":1,\"partitions\":N} into it");
        var metadata = new LogMetadata(CurrentFormat, partitions);
        string temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create))
        {
            JsonSerializer.Serialize(file, metadata, LogMetadataContext.Default.LogMetadata);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        return metadata;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LogMetadata))]
internal sealed partial class LogMetadataContext : JsonSerializerContext;

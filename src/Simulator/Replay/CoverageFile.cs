using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Simulator.Replay;

/// <summary>What was emitted to one sink, in a file that is replaced as a whole: at most once a second while a replay runs.</summary>
public sealed class CoverageFile : ICoverageStore
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly string path;
    private readonly TimeProvider time;
    private long? writtenAt;

    /// <summary>The file of a sink in the folder of the replays.</summary>
    /// <param name="folder">The folder; made when first needed.</param>
    /// <param name="sink">The sink's name.</param>
    /// <param name="time">Real time.</param>
    public CoverageFile(string folder, string sink, TimeProvider time)
    {
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sink)).AsSpan(0, 8));
        (path, this.time) = (Path.Combine(folder, $"coverage-{name}.json"), time);
    }

    /// <inheritdoc/>
    public IReadOnlyList<MissingRange> Missing => [.. Load().SelectMany(static known => known.ToMissing())];

    /// <summary>The folders of the data sets that were emitted, in the order in which they came last.</summary>
    public IReadOnlyList<string> DataSets => [.. Load().Select(static known => known.Folder).OfType<string>()];

    /// <inheritdoc/>
    public ReplayCoverage Read(IHistory history) =>
        Load().Find(known => known.Data == history.Identity) is { } found ? found.ToCoverage() : ReplayCoverage.None;

    /// <inheritdoc/>
    public void Write(IHistory history, ReplayCoverage coverage, IReadOnlyList<MissingRange> missing, bool now)
    {
        if (!now && writtenAt is { } last && time.GetElapsedTime(last) < Interval)
            return;
        var known = Load();
        // A data set that has changed since is another one; what was said of it before no longer holds.
        known.RemoveAll(other => other.Data == history.Identity || (other.Folder is not null && other.Folder == history.Folder));
        known.Add(CoverageEntry.Of(history, coverage, missing));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string next = path + ".next";
        File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(known, CoverageJson.Default.ListCoverageEntry));
        File.Move(next, path, overwrite: true);
        writtenAt = time.GetTimestamp();
    }

    // What cannot be read is taken for nothing: then a replay says too much is missing, never too little.
    private List<CoverageEntry> Load()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), CoverageJson.Default.ListCoverageEntry) ?? [];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return [];
        }
    }
}

internal sealed record CoverageEntry(string Data, string? Folder, string? Reached, IReadOnlyList<CoverageEntryRange> Covered, IReadOnlyList<CoverageEntryGap> Missing)
{
    public static CoverageEntry Of(IHistory history, ReplayCoverage coverage, IReadOnlyList<MissingRange> missing) => new(
        history.Identity,
        history.Folder,
        coverage.Reached?.ToString(),
        [.. coverage.Ranges.Select(static range => new CoverageEntryRange(range.From?.ToString(), range.To.ToString()))],
        [.. missing.Select(static gap => new CoverageEntryGap(gap.From.ToString(), gap.To.ToString(), gap.Events))]);

    public ReplayCoverage ToCoverage() => ReplayCoverage.Of(Covered.Select(static range => new CoveredRange(Time(range.From), EventTime.Parse(range.To))), Time(Reached));

    public IEnumerable<MissingRange> ToMissing() =>
        Missing.Select(gap => new MissingRange(EventTime.Parse(gap.From), EventTime.Parse(gap.To), gap.Events) { Data = Folder });

    private static EventTime? Time(string? text) => text is null ? null : EventTime.Parse(text);
}

internal sealed record CoverageEntryRange(string? From, string To);

internal sealed record CoverageEntryGap(string From, string To, long Events);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(List<CoverageEntry>))]
internal sealed partial class CoverageJson : JsonSerializerContext;

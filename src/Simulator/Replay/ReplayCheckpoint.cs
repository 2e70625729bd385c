using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Eip.Domain;

namespace Eip.Simulator.Replay;

/// <summary>How far a replay has come, as its checkpoint keeps it.</summary>
/// <param name="ReplayId">The run that wrote it.</param>
/// <param name="ReadFrom">Where reading began, in event time; null for the beginning. A seek changes it.</param>
/// <param name="Position">Emissions since then that the sink has taken.</param>
/// <param name="Reached">The greatest virtual time of what was sent, in seconds; null before the first batch.</param>
/// <param name="Mark">Where the sink stood after those emissions.</param>
/// <param name="Pending">Emissions of the batch that was being sent and of which nobody knows whether it arrived; 0 when there is none.</param>
/// <param name="Attempts">How often that batch may have been sent.</param>
public sealed record CheckpointState(
    string ReplayId, long? ReadFrom, long Position, long? Reached, string? Mark, int Pending = 0, int Attempts = 0)
{
    /// <summary>Where reading began, or null for the beginning.</summary>
    [JsonIgnore]
    public EventTime? ReadFromTime => ReadFrom is { } seconds ? new EventTime(seconds) : null;

    /// <summary>The greatest virtual time of what was sent, or null before the first batch.</summary>
    [JsonIgnore]
    public EventTime? ReachedTime => Reached is { } seconds ? new EventTime(seconds) : null;
}

/// <summary>
/// A replay's checkpoint in a file of two slots that are written in turn, each in one write and with its checksum: whenever the process dies, the slot
/// of the state before stands whole. A write costs microseconds, so every batch has two: one before it is sent, one when it has been taken.
/// </summary>
public sealed class ReplayCheckpoint : IDisposable
{
    private const int SlotLength = 16 * 1024;
    private const int HeaderLength = 48;
    private readonly FileStream file;
    private readonly string path;
    private long sequence;

    private ReplayCheckpoint(FileStream file, string path)
    {
        this.file = file;
        this.path = path;
        for (int slot = 0; slot < 2; slot++)
        {
            if (ReadSlot(slot) is { } document && document.Sequence > sequence)
                (sequence, State) = (document.Sequence, document.State);
        }
    }

    /// <summary>The last state that was saved, or null when there is none.</summary>
    public CheckpointState? State { get; private set; }

    /// <summary>Opens a checkpoint, or begins one.</summary>
    /// <exception cref="IOException">The file cannot be opened, or another replay has it.</exception>
    public static ReplayCheckpoint Open(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return new ReplayCheckpoint(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0), path);
    }

    /// <summary>Saves a state.</summary>
    public void Save(CheckpointState state)
    {
        State = state;
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(new CheckpointDocument(++sequence, state), CheckpointJson.Default.CheckpointDocument);
        if (json.Length + HeaderLength > SlotLength)
            throw new InvalidOperationException($"A checkpoint of {json.Length} bytes does not fit its slot; the sink's mark is too long.");
        byte[] slot = new byte[HeaderLength + json.Length];
        Encoding.ASCII.GetBytes($"{Checksum(json)} {json.Length:D8} ", slot);
        json.CopyTo(slot, HeaderLength);
        RandomAccess.Write(file.SafeFileHandle, slot, sequence % 2 * SlotLength);
    }

    /// <summary>Forgets everything: the replay came to its end, or begins again.</summary>
    public void Clear()
    {
        State = null;
        file.SetLength(0);
    }

    /// <summary>Closes the file, and removes it when nothing is left to resume.</summary>
    public void Dispose()
    {
        file.Dispose();
        if (State is null)
            File.Delete(path);
    }

    private CheckpointDocument? ReadSlot(int slot)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(SlotLength);
        try
        {
            int read = RandomAccess.Read(file.SafeFileHandle, buffer.AsSpan(0, SlotLength), (long)slot * SlotLength);
            if (read < HeaderLength || !int.TryParse(buffer.AsSpan(33, 8), out int length) || length < 0 || HeaderLength + length > read)
                return null;
            var json = buffer.AsSpan(HeaderLength, length);
            return Encoding.ASCII.GetString(buffer, 0, 32) == Checksum(json) ? JsonSerializer.Deserialize(json, CheckpointJson.Default.CheckpointDocument) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string Checksum(ReadOnlySpan<byte> json) => Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 16));
}

internal sealed record CheckpointDocument(long Sequence, CheckpointState State);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CheckpointDocument))]
internal sealed partial class CheckpointJson : JsonSerializerContext;

using System.Globalization;
using Eip.Pipeline.Log;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.DeadLetters;

/// <summary>
/// The letters that wait, one JSON object a line in a file that is appended to. A letter leaves by a further line that says so, and its bytes when the
/// file is written anew. A line that cannot be read is a letter too: it waits under an id of its own, with the line as its content. Not safe for
/// concurrent use.
/// </summary>
internal sealed class LetterFile(string directory) : IDisposable
{
    private const int CompactAtGone = 1000;
    private readonly string path = Path.Combine(directory, "letters.jsonl");
    private readonly Dictionary<string, Place> places = new(StringComparer.Ordinal);
    private readonly List<string> ids = [];
    private WriterLock? writerLock;
    private long readLength = -1;
    private DateTime readVersion;
    private int goneLines;

    private readonly record struct Place(long Position, int Length);

    public int Count => ids.Count;

    public void Add(IEnumerable<DeadLetter> letters, long maxBytes)
    {
        BeginWriting();
        var bytes = new MemoryStream();
        var added = new List<(string Id, Place Place)>();
        foreach (var letter in letters)
        {
            if (places.ContainsKey(letter.Id))
                continue;
            byte[] line = LetterLine.Of(letter);
            added.Add((letter.Id, new Place(readLength + bytes.Length, line.Length)));
            bytes.Write(line);
        }

        if (readLength + bytes.Length > maxBytes)
        {
            throw new DeadLettersFullException(
                $"The dead letters in '{path}' take {readLength} bytes, and {bytes.Length} more would pass the {maxBytes} that they may; "
                + "retry those that can be taken, or stop the host and move the file away.");
        }

        Append(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        foreach (var (id, place) in added)
            Put(id, place);
    }

    public void Remove(string id)
    {
        BeginWriting();
        Append(LetterLine.OfGone(id));
        Take(id);
        goneLines++;
        CompactIfWorthwhile();
    }

    public IEnumerable<string> IdsAfter(string? id)
    {
        int index = id is null ? 0 : ids.BinarySearch(id, StringComparer.Ordinal) is var found && found >= 0 ? found + 1 : ~found;
        return ids.Skip(index);
    }

    public DeadLetter? Find(string id)
    {
        if (!places.TryGetValue(id, out var place))
            return null;
        byte[] line = new byte[place.Length];
        using var handle = Open(FileMode.Open, FileAccess.Read);
        int read = RandomAccess.Read(handle, line, place.Position);
        return Letter(line.AsSpan(0, read), id);
    }

    /// <summary>Looks whether another process has changed the file since it was read.</summary>
    public void Refresh()
    {
        if (writerLock is not null)
            return;
        var file = new FileInfo(path);
        if (!file.Exists)
            Forget();
        else if (file.Length != readLength || file.LastWriteTimeUtc != readVersion)
            Load(file);
    }

    public void Dispose() => writerLock?.Dispose();

    private void BeginWriting()
    {
        if (writerLock is not null)
            return;
        try
        {
            Directory.CreateDirectory(directory);
            writerLock = WriterLock.Take(directory);
        }
        catch (IOException exception) when (LogFullException.IsFull(exception))
        {
            throw new LogFullException(directory, exception, "dead letters");
        }
        catch (LogBusyException exception)
        {
            string holder = exception.ProcessId is { } id ? $"process {id}" : "another process";
            throw new IOException($"The dead letters in '{directory}' are in use by {holder}; one process writes them at a time.", exception);
        }

        Open(FileMode.OpenOrCreate, FileAccess.ReadWrite).Dispose();
        Load(new FileInfo(path));
        EndTornLine();
        CompactIfWorthwhile();
    }

    // What a crash left of a line becomes a line, so that it is seen and nothing is written into it.
    private void EndTornLine()
    {
        using var handle = Open(FileMode.Open, FileAccess.ReadWrite);
        Span<byte> last = [(byte)'\n'];
        if (readLength > 0)
            RandomAccess.Read(handle, last, readLength - 1);
        if (last[0] == '\n')
            return;
        RandomAccess.Write(handle, "\n"u8, readLength);
        Durable.Flush(handle);
        Load(new FileInfo(path));
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        using var handle = Open(FileMode.Open, FileAccess.ReadWrite);
        try
        {
            RandomAccess.Write(handle, bytes, readLength);
            Durable.Flush(handle);
        }
        catch (IOException exception)
        {
            RandomAccess.SetLength(handle, readLength);
            if (LogFullException.IsFull(exception))
                throw new LogFullException(directory, exception, "dead letters");
            throw;
        }

        readLength += bytes.Length;
    }

    private void Load(FileInfo file)
    {
        Forget();
        file.Refresh();
        (readLength, readVersion) = (file.Length, file.LastWriteTimeUtc);
        using var reader = new BufferedStream(new FileStream(Open(FileMode.Open, FileAccess.Read), FileAccess.Read));
        var line = new MemoryStream();
        long position = 0;
        while (position < readLength && reader.ReadByte() is var value and >= 0)
        {
            position++;
            line.WriteByte((byte)value);
            if (value == '\n')
                Take(line, position);
        }

        // A last line without an end is still being written, or is what a crash left: the next writer makes it a line.
        if (line.Length > 0 && LetterLine.TryRead(line.GetBuffer().AsSpan(0, (int)line.Length)) is not null)
            Take(line, position);
    }

    private void Take(MemoryStream line, long end)
    {
        var bytes = line.GetBuffer().AsSpan(0, (int)line.Length);
        var place = new Place(end - bytes.Length, bytes.Length);
        if (LetterLine.TryRead(bytes) is not { } read)
            Put(DamagedId(bytes, place.Position), place);
        else if (!read.Gone)
            Put(read.Id, place);
        else
            (_, goneLines) = (Take(read.Id), goneLines + 1);
        line.SetLength(0);
    }

    private void Put(string id, Place place)
    {
        int index = ids.BinarySearch(id, StringComparer.Ordinal);
        if (index < 0)
            ids.Insert(~index, id);
        places[id] = place;
    }

    private bool Take(string id)
    {
        if (!places.Remove(id))
            return false;
        ids.RemoveAt(ids.BinarySearch(id, StringComparer.Ordinal));
        return true;
    }

    private void Forget()
    {
        places.Clear();
        ids.Clear();
        readLength = goneLines = 0;
    }

    private void CompactIfWorthwhile()
    {
        if (goneLines < CompactAtGone || goneLines < ids.Count)
            return;
        AtomicFile.Write(path, file =>
        {
            foreach (string id in ids)
                file.Write(LetterLine.Of(Find(id)!));
        });
        Load(new FileInfo(path));
    }

    private static DeadLetter Letter(ReadOnlySpan<byte> line, string id)
    {
        if (LetterLine.TryRead(line) is { } read)
            return read.ToLetter();
        const string Reason = "This line of the file of dead letters cannot be read; a crash may have cut it short.";
        return new DeadLetter(id, DateTimeOffset.UnixEpoch, "dead letters", null, Reason, new RawContent(line.TrimEnd("\n"u8).ToArray()), DeadLetterKind.Damaged);
    }

    // A line that tells nobody how old it is comes first.
    private static string DamagedId(ReadOnlySpan<byte> line, long position) =>
        DeadLetterId.Of(DateTimeOffset.UnixEpoch, Crc32C.Of(line).ToString("x8", CultureInfo.InvariantCulture), position);

    private Microsoft.Win32.SafeHandles.SafeFileHandle Open(FileMode mode, FileAccess access) =>
        File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete);
}

using System.Text;
using System.Text.Unicode;
using CsvHelper;

namespace Eip.Simulator.Olist;

/// <summary>
/// The rows of one file, one at a time, as spans of UTF-8 without allocation. A row with the wrong number of columns or with broken quotes is set
/// aside here; the caller sets aside what it cannot read.
/// </summary>
internal sealed class OlistTable : IDisposable
{
    private const int ProgressRows = 1 << 16;
    private const int BufferSize = 256 * 1024;
    private readonly OlistFile file;
    private readonly string path;
    private readonly IRejectSink rejects;
    private readonly ReadMeter meter;
    private readonly CancellationToken cancellation;
    private readonly CsvReader main;
    private readonly int[] columns;
    private readonly int width;
    private CsvReader current;
    private long lineBase;
    private long reported;
    private long rows, rejected;
    private CsvMalformedReason? malformed;

    /// <summary>Opens a file and finds its headers.</summary>
    /// <exception cref="DataSetException">The file cannot be read, or a required header is missing or there twice.</exception>
    public OlistTable(string directory, OlistFile file, IRejectSink rejects, ReadMeter meter, CancellationToken cancellation)
    {
        (this.file, this.rejects, this.meter, this.cancellation) = (file, rejects, meter, cancellation);
        path = file.In(directory);
        try
        {
            Length = new FileInfo(path).Length;
            current = main = CsvReader.FromFile(path, Options(hasHeader: true));
            try
            {
                var headers = main.Headers;
                width = headers.Count;
                columns = [.. file.Headers.Select(header => Find(headers, header))];
            }
            catch
            {
                main.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CsvFormatException)
        {
            throw Unreadable(exception);
        }
    }

    /// <summary>Bytes in the file.</summary>
    public long Length { get; }

    /// <summary>Rows read so far, and how many were set aside.</summary>
    public OlistFileCounts Counts => new(file.Name, rows, rejected);

    /// <summary>The current row's field of a required header, by the header's place in <see cref="OlistFile.Headers"/>; valid until the next read.</summary>
    public ReadOnlySpan<byte> this[int header] => current.GetSpan(columns[header]);

    /// <summary>Goes to the next row with the right number of columns; false at the end.</summary>
    /// <exception cref="DataSetException">The file cannot be read on.</exception>
    public bool Read()
    {
        while (Next())
        {
            if (++rows % ProgressRows == 0)
                Report();
            if (malformed is { } reason)
                Reject(null, $"Its quotes are broken ({Describe(reason)}).");
            else if (current.FieldCount != width)
                Reject(null, $"It has {current.FieldCount} columns where the header has {width}.");
            else if (!Utf8.IsValid(current.RawRecord))
                Reject(NotUtf8(), "It is not UTF-8.");
            else
                return true;
        }

        Report(Length);
        return false;
    }

    /// <summary>
    /// Sets the current row aside. When it spans several lines, an opening quote may have swallowed good rows: then only its first line is set aside
    /// and the others are read again, each for itself.
    /// </summary>
    public void Reject(int? header, string reason)
    {
        var raw = current.RawRecord;
        int end = raw.IndexOfAny((byte)'\r', (byte)'\n');
        var line = end < 0 ? raw : raw[..end];
        rejected++;
        rejects.Add(new RejectedRow(
            file.Name,
            lineBase + current.LineNumber,
            header is { } at ? file.Headers[at] : null,
            reason,
            Encoding.UTF8.GetString(line))
        {
            Bytes = Utf8.IsValid(line) ? null : line.ToArray(),
        });
        if (end < 0)
            return;
        int next = raw[end] == '\r' && end + 1 < raw.Length && raw[end + 1] == '\n' ? end + 2 : end + 1;
        long number = lineBase + current.LineNumber;
        byte[] rest = raw[next..].ToArray();
        if (current != main)
            current.Dispose();
        current = CsvReader.Create(rest, Options(hasHeader: false) with { AllowLineBreaksInQuotes = false });
        lineBase = number;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (current != main)
            current.Dispose();
        main.Dispose();
    }

    private bool Next()
    {
        try
        {
            malformed = null;
            if (current.Read())
                return true;
            if (current == main)
                return false;
            current.Dispose();
            current = main;
            lineBase = 0;
            malformed = null;
            return main.Read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CsvFormatException)
        {
            throw Unreadable(exception);
        }
    }

    private CsvReaderOptions Options(bool hasHeader) => new()
    {
        Separator = ',',
        HasHeader = hasHeader,
        TrackLineNumbers = true,
        BufferSize = BufferSize,
        OnMalformedRecord = record => malformed = record.Reason == CsvMalformedReason.FieldCountMismatch ? malformed : record.Reason,
    };

    private int? NotUtf8()
    {
        for (int header = 0; header < columns.Length; header++)
        {
            if (!Utf8.IsValid(this[header]))
                return header;
        }

        return null;
    }

    private int Find(IReadOnlyList<string> headers, string wanted)
    {
        int found = -1;
        for (int i = 0; i < headers.Count; i++)
        {
            if (headers[i] != wanted)
                continue;
            if (found >= 0)
                throw new DataSetException($"The header '{wanted}' is there twice in {path}.", path, wanted);
            found = i;
        }

        return found >= 0 ? found : throw new DataSetException($"The header '{wanted}' is missing in {path}.", path, wanted);
    }

    private void Report()
    {
        cancellation.ThrowIfCancellationRequested();
        if (current == main)
            Report(main.ByteOffset);
    }

    private void Report(long position)
    {
        meter.Advance(position - reported);
        reported = position;
    }

    private DataSetException Unreadable(Exception exception) => new($"{path} cannot be read: {exception.Message}", path, null, exception);

    private static string Describe(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.StrayQuote => "a quote inside a field that does not begin with one",
        CsvMalformedReason.TextAfterClosingQuote => "text after a closing quote",
        CsvMalformedReason.UnterminatedQuote or CsvMalformedReason.LineBreakInQuotes => "a quote that is never closed",
        _ => reason.ToString(),
    };
}

/// <summary>Adds up what is read of all files and tells whoever listens. Safe for concurrent use.</summary>
internal sealed class ReadMeter(IProgress<ReadProgress>? progress, long totalBytes)
{
    private long read;

    /// <summary>Tells of further bytes.</summary>
    public void Advance(long bytes)
    {
        long now = Interlocked.Add(ref read, bytes);
        progress?.Report(new ReadProgress(now, totalBytes));
    }
}

using System.Text;

namespace Eip.Pipeline.Text;

/// <summary>Writes on to another writer what <see cref="Printable.Lines"/> makes of the text; for a terminal or a log that is not to obey what it is shown.</summary>
/// <param name="inner">The other writer; it stays open.</param>
public sealed class PrintableWriter(TextWriter inner) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        if (!string.IsNullOrEmpty(value))
            inner.Write(Printable.Lines(value));
    }

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + '\n');

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();
}

using System.Diagnostics;
using Eip.Pipeline.Text;

namespace Eip.Cli;

/// <summary>
/// Progress on standard error: in a terminal one line that is written over, elsewhere a plain line every few seconds. Safe to call from any thread
/// and as often as one likes.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan TerminalInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);
    private readonly bool terminal = Terminal.CanRewriteError;
    private readonly Lock gate = new();
    private long lastWritten = Stopwatch.GetTimestamp();
    private string open = "";

    /// <summary>Shows a line, unless one was shown a moment ago.</summary>
    public void Report(Func<string> line)
    {
        lock (gate)
        {
            if (Stopwatch.GetElapsedTime(lastWritten) < (terminal ? TerminalInterval : PlainInterval))
                return;
            lastWritten = Stopwatch.GetTimestamp();
            Write(line());
        }
    }

    /// <summary>Shows a line that stays.</summary>
    public void Done(string line)
    {
        lock (gate)
        {
            Write(line);
            Close();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
            Close();
    }

    private void Write(string line)
    {
        if (!terminal)
        {
            Console.Error.WriteLine(line);
            return;
        }

        // A line longer than the terminal takes several of its rows; all of them are written over.
        int above = open.Length == 0 ? 0 : (open.Length - 1) / Math.Max(Console.WindowWidth, 1);
        string back = above > 0 ? $"\r\u001b[{above}A" : "\r";
        open = Printable.Line(line);
        Terminal.RawError.Write($"{back}\u001b[J{open}");
    }

    private void Close()
    {
        if (open.Length > 0)
            Terminal.RawError.WriteLine();
        open = "";
    }
}

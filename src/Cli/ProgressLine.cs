using System.Diagnostics;

namespace Eip.Cli;

/// <summary>
/// Progress on standard error: in a terminal one line that is written over, elsewhere a plain line every few seconds. Safe to call from any thread
/// and as often as one likes.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan TerminalInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);
    private readonly bool terminal = !Console.IsErrorRedirected;
    private readonly Lock gate = new();
    private long lastWritten = Stopwatch.GetTimestamp();
    private bool lineOpen;

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

        int width = Math.Max(Console.WindowWidth - 1, 20);
        Console.Error.Write($"\r{(line.Length > width ? line[..width] : line.PadRight(width))}");
        lineOpen = true;
    }

    private void Close()
    {
        if (lineOpen)
            Console.Error.WriteLine();
        lineOpen = false;
    }
}

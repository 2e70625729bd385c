using Eip.Pipeline.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Eip.Cli.Views;

/// <summary>A column of a <see cref="TextTable"/>.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Drop">How early it is left out where a line has no room; 0 keeps it always.</param>
/// <param name="Right">Whether it is a figure, which stands at the right.</param>
/// <param name="Wraps">Whether it is prose, which goes on in further lines.</param>
internal sealed record TextColumn(string Title, int Drop = 0, bool Right = true, bool Wraps = false);

/// <summary>What stands in a place of a <see cref="TextTable"/>.</summary>
internal readonly record struct TextCell(string Text, Color? Color = null)
{
    public static implicit operator TextCell(string text) => new(text);
}

/// <summary>
/// A table whose figures are never cut or wrapped. Where a line has no room, the least important columns are left out and named below the table; what must
/// stay makes the line longer than the terminal. Elsewhere than in a terminal everything is shown.
/// </summary>
internal sealed class TextTable(params TextColumn[] columns) : Renderable
{
    private const int LeastProse = 20;
    private readonly List<TextCell[]> rows = [];

    /// <summary>A line below the table.</summary>
    public string? Caption { get; init; }

    /// <summary>Adds a row; none of its cells can steer the terminal.</summary>
    public TextTable Row(params IEnumerable<TextCell> cells)
    {
        rows.Add([.. cells.Select(static cell => cell with { Text = Printable.Line(cell.Text) })]);
        return this;
    }

    /// <summary>Adds a line with nothing in it.</summary>
    public TextTable Gap()
    {
        rows.Add([]);
        return this;
    }

    /// <inheritdoc/>
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        int[] widths = [.. columns.Select((column, at) => Math.Max(Width(column.Title), rows.Max(row => at < row.Length ? Width(row[at].Text) : 0)))];
        var shown = Enumerable.Range(0, columns.Length).ToList();
        int gap = 3;
        if (Needed() > maxWidth)
            gap = 2;
        while (Needed() > maxWidth && shown.Exists(at => columns[at].Drop > 0))
            shown.Remove(shown.MaxBy(at => columns[at].Drop));
        foreach (int at in shown.Where(at => columns[at].Wraps))
            widths[at] = Math.Max(Math.Min(widths[at], LeastProse), Math.Min(widths[at], maxWidth - (Needed() - Least(at))));
        return Lines(shown, widths, gap, maxWidth);

        // Prose needs no more than a few words' room.
        int Least(int at) => columns[at].Wraps ? Math.Min(widths[at], LeastProse) : widths[at];
        int Needed() => 2 + shown.Sum(Least) + (gap * (shown.Count - 1));
    }

    private IEnumerable<Segment> Lines(List<int> shown, int[] widths, int gap, int maxWidth)
    {
        yield return Segment.LineBreak;
        foreach (var segment in Line(shown, widths, gap, at => columns[at].Title))
            yield return segment;
        int width = 2 + shown.Sum(at => widths[at]) + (gap * (shown.Count - 1));
        yield return new Segment(new string('─', Math.Max(width, Math.Min(width + 2, maxWidth))));
        yield return Segment.LineBreak;
        foreach (var row in rows)
        {
            var prose = shown.ToDictionary(static at => at, at => columns[at].Wraps && at < row.Length ? Prose.Wrap(row[at].Text, widths[at]) : null);
            int height = prose.Values.Max(static lines => lines?.Count ?? 1);
            for (int line = 0; line < height; line++)
            {
                foreach (var segment in Line(shown, widths, gap, at => Part(row, prose[at], at, line)))
                    yield return segment;
            }
        }

        yield return Segment.LineBreak;
        if (shown.Count < columns.Length)
            yield return Note($"no room for {string.Join(", ", columns.Where((_, at) => !shown.Contains(at)).Select(static column => column.Title))}");
        if (Caption is { } caption)
            yield return Note(caption);
    }

    private static TextCell Part(TextCell[] row, List<string>? prose, int at, int line) =>
        prose is not null ? line < prose.Count ? prose[line] : "" : line == 0 && at < row.Length ? row[at] : "";

    private IEnumerable<Segment> Line(List<int> shown, int[] widths, int gap, Func<int, TextCell> cell)
    {
        int blank = 2;
        foreach (int at in shown)
        {
            var (text, color) = cell(at);
            int room = widths[at] - Width(text);
            if (text.Length > 0)
            {
                yield return Segment.Padding(blank + (columns[at].Right ? room : 0));
                yield return new Segment(text, color is { } known ? new Style(known) : Style.Plain);
                blank = columns[at].Right ? 0 : room;
            }
            else
            {
                blank += room;
            }

            blank += gap;
        }

        yield return Segment.LineBreak;
    }

    private static Segment Note(string text) => new(Printable.Line(text) + "\n", new Style(Color.Grey));

    private static int Width(string text) => Segment.CellCount([new Segment(text)]);
}

using System.Text;
using Eip.Cli.Views;
using Spectre.Console;

namespace Eip.Cli.Tests;

public sealed class TableTests
{
    private static TextTable Table => new TextTable(new("lane", Right: false), new("samples"), new("avg h", 3), new("p95 h", 1), new("cancelled", 2))
        .Row("SP→SP", "1,193", "207.4", "1,448.1", "98").Gap().Row("all lanes", "3,603", "297.1", "684.2", "322");

    [Theory]
    [InlineData(200)]
    [InlineData(80)]
    [InlineData(60)]
    [InlineData(30)]
    [InlineData(12)]
    public void No_figure_is_split_or_cut_at_any_width_and_what_is_left_out_is_named(int width)
    {
        string text = Shown(Table, width);
        string[] lines = text.Split('\n');
        string[] rows = [.. lines.Where(static line => line.StartsWith("  SP→SP", StringComparison.Ordinal) || line.StartsWith("  all lanes", StringComparison.Ordinal))];
        rows.Length.ShouldBe(2);
        rows[0].ShouldContain("1,193");
        foreach (var (title, figure) in new[] { ("avg h", "207.4"), ("p95 h", "1,448.1"), ("cancelled", "98") })
        {
            string note = lines.SingleOrDefault(static line => line.StartsWith("no room for ", StringComparison.Ordinal)) ?? "";
            (rows[0].Contains(figure, StringComparison.Ordinal) ^ note.Contains(title, StringComparison.Ordinal)).ShouldBeTrue(text);
        }

        if (width >= 30)
            rows.ShouldAllBe(row => row.Length <= width);
    }

    [Fact]
    public void Prose_goes_on_in_further_lines_where_there_is_no_room()
    {
        var table = new TextTable(new("id", Right: false), new("reason", Right: false, Wraps: true)).Row("0001", "'soon' is not a time of the form yyyy-MM-ddTHH:mm:ssZ.");
        string[] lines = Shown(table, 40).Split('\n');
        lines.ShouldAllBe(static line => line.Length <= 40);
        string.Join(' ', lines.Skip(3).Select(static line => line.Replace("0001", "").Trim())).ShouldContain("'soon' is not a time of the form yyyy-MM-ddTHH:mm:ssZ.");
    }

    [Fact]
    public void A_cell_cannot_steer_the_terminal() =>
        Shown(new TextTable(new TextColumn("reason", Right: false)).Row("\u001b[2Jgone\nforged"), 80).ShouldContain("\\x1B[2Jgone\\nforged");

    private static string Shown(TextTable table, int width)
    {
        var output = new NarrowOutput(width);
        AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = output }).Write(table);
        return output.Writer.ToString()!;
    }

    private sealed class NarrowOutput(int width) : IAnsiConsoleOutput
    {
        public TextWriter Writer { get; } = new StringWriter();

        public bool IsTerminal => true;

        public int Width => width;

        public int Height => 40;

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}

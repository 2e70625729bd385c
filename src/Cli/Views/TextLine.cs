using Eip.Pipeline.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Eip.Cli.Views;

/// <summary>One line, however long it is: a terminal goes on in the next row, and nothing is cut off.</summary>
internal sealed class TextLine(params (string Text, Style Style)[] parts) : Renderable
{
    public TextLine(string text)
        : this((text, Style.Plain))
    {
    }

    /// <inheritdoc/>
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
        [.. parts.Select(static part => new Segment(Printable.Line(part.Text), part.Style)), Segment.LineBreak];
}

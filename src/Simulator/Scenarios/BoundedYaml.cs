using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Eip.Simulator.Scenarios;

/// <summary>
/// The events of a YAML text as far as a scenario needs them: not long, not deep, and without aliases, by which a few lines can stand for billions.
/// </summary>
/// <param name="file">What errors call the text.</param>
/// <param name="parser">The parser of the text.</param>
internal sealed class BoundedYaml(string file, IParser parser) : IParser
{
    /// <summary>The most characters of a scenario.</summary>
    public const int MaxLength = 1024 * 1024;

    private const int MaxDepth = 16;
    private int depth;

    /// <inheritdoc/>
    public ParsingEvent? Current => parser.Current;

    /// <summary>Reads a text as far as its length is allowed.</summary>
    /// <exception cref="ScenarioException">It is longer.</exception>
    public static BoundedYaml Of(string file, TextReader text)
    {
        char[] buffer = new char[MaxLength + 1];
        int length = text.ReadBlock(buffer, 0, buffer.Length);
        return length <= MaxLength
            ? new BoundedYaml(file, new Parser(new StringReader(new string(buffer, 0, length))))
            : throw new ScenarioException(file, null, $"A scenario has at most {MaxLength} characters.");
    }

    /// <inheritdoc/>
    /// <exception cref="ScenarioException">What comes next is none of a scenario's.</exception>
    public bool MoveNext()
    {
        if (!parser.MoveNext())
            return false;
        var next = parser.Current!;
        if (next is AnchorAlias || next is NodeEvent { Anchor.IsEmpty: false } or NodeEvent { Tag.IsEmpty: false })
            throw Refused(next, "Anchors, aliases and tags are no part of a scenario; write the value out.");
        if (next is MappingStart or SequenceStart && ++depth > MaxDepth)
            throw Refused(next, $"Lists and mappings lie more than {MaxDepth} deep in each other; a scenario has steps with fields, and nothing deeper.");
        if (next is MappingEnd or SequenceEnd)
            depth--;
        return true;
    }

    private ScenarioException Refused(ParsingEvent at, string reason) => new(file, (int)at.Start.Line, reason);
}

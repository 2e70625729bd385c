using Eip.Simulator.Faults;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Eip.Simulator.Scenarios;

/// <summary>Reads scenario files, YAML or JSON. Everything that it does not know is an error with file, line and step.</summary>
public static class ScenarioReader
{
    private static readonly string[] Verbs = ["backfill", "replay", "incident", "repair", "check"];

    /// <summary>Reads a file.</summary>
    /// <exception cref="ScenarioException">It cannot be read, or says something that no scenario can.</exception>
    public static Scenario Read(string file)
    {
        try
        {
            using var reader = new StreamReader(file);
            return Read(file, reader);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ScenarioException(file, null, exception.Message);
        }
    }

    /// <summary>Reads a text; <paramref name="file"/> is what errors call it.</summary>
    /// <exception cref="ScenarioException">It says something that no scenario can.</exception>
    public static Scenario Read(string file, TextReader text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(BoundedYaml.Of(file, text));
        }
        catch (YamlException exception)
        {
            throw new ScenarioException(file, (int)exception.Start.Line, $"This is not YAML: {exception.Message}");
        }

        if (stream.Documents is not [{ RootNode: YamlMappingNode root }])
            throw new ScenarioException(file, 1, "A scenario is one mapping with a name and steps.");
        var fields = new StepFields(file, "the scenario", root);
        string name = fields.Text("name") ?? Path.GetFileNameWithoutExtension(file);
        if (fields.Take("steps") is not YamlSequenceNode { Children.Count: > 0 } list)
            throw new ScenarioException(file, (int)root.Start.Line, "A scenario has steps, a list of at least one.");
        fields.ThrowIfAnyLeft("name, steps");
        return new Scenario(name, file, [.. list.Children.Select((node, index) => Step(file, index + 1, node))]);
    }

    private static ScenarioStep Step(string file, int number, YamlNode node)
    {
        int line = (int)node.Start.Line;
        string? word = node switch
        {
            YamlScalarNode scalar => scalar.Value,
            YamlMappingNode { Children.Count: 1 } mapping => (mapping.Children[0].Key as YamlScalarNode)?.Value,
            _ => throw new ScenarioException(file, line, $"Step {number} is one word such as {Verbs[0]}, with its fields below it."),
        };
        if (Array.IndexOf(Verbs, word) < 0)
            throw new ScenarioException(file, line, $"Step {number} is '{word}', which is not a step. Steps are {string.Join(", ", Verbs)}.");
        var body = node is YamlMappingNode { Children: var children } ? children[0].Value : null;
        var fields = body switch
        {
            null or YamlScalarNode { Value: null or "" or "~" or "null" } => new YamlMappingNode(),
            YamlMappingNode given => given,
            _ => throw new ScenarioException(file, line, $"Step {number}, {word}: its fields are a mapping, such as {{ to: 50% }}."),
        };
        return word == "check" ? Check(file, number, line, fields) : Drive(file, number, line, word!, fields);
    }

    private static DriveStep Drive(string file, int number, int line, string verb, YamlMappingNode body)
    {
        var fields = new StepFields(file, $"step {number}, {verb}", body);
        var from = verb == "backfill" ? null : fields.Moment("from", endOfDay: false);
        var to = fields.Moment(verb == "backfill" ? "until" : "to", endOfDay: true);
        double? speed = verb is "replay" or "incident" ? fields.Speed("speed") : null;
        var filter = fields.Filter();
        var layout = fields.Layout();
        var faults = verb is "backfill" or "repair" ? FaultPlan.None : fields.Faults();
        string known = verb switch
        {
            "backfill" => "until, order, sellerRegion, customerRegion, type, layout",
            "repair" => "from, to, order, sellerRegion, customerRegion, type, layout",
            _ => "from, to, speed, order, sellerRegion, customerRegion, type, layout, duplicates, shuffle, drop, thenResend, late, lateShare, corrupt, seed",
        };
        fields.ThrowIfAnyLeft(known);
        if (verb == "replay" && speed is null)
            throw new ScenarioException(file, line, $"Step {number}, replay: speed is missing, such as 1d/s.");
        if (verb is "repair" or "incident" && (from is null || to is null))
            throw new ScenarioException(file, line, $"Step {number}, {verb}: from and to are needed.");
        if (verb == "incident" && faults.IsNone)
            throw new ScenarioException(file, line, $"Step {number}, incident: it names no trouble, such as drop: 20%.");
        return new DriveStep(number, line, verb, from, to, speed, faults, filter, layout);
    }

    private static CheckStep Check(string file, int number, int line, YamlMappingNode body)
    {
        var fields = new StepFields(file, $"step {number}, check", body);
        bool? digest = fields.Choice("digest", ("clean", true), ("different", false));
        long? lag = fields.Number("lag");
        bool asEmitted = fields.Peek("deadLetters") == "emitted";
        long? letters = asEmitted ? null : fields.Number("deadLetters");
        if (asEmitted)
            fields.Take("deadLetters");
        fields.ThrowIfAnyLeft("digest, lag, deadLetters");
        if (digest is null && lag is null && letters is null && !asEmitted)
            throw new ScenarioException(file, line, $"Step {number}, check: it checks nothing. Fields are digest, lag, deadLetters.");
        return new CheckStep(number, line, digest, lag, letters, asEmitted);
    }
}

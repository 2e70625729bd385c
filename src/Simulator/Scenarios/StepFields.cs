using System.Globalization;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Pipeline.Text;
using Eip.Simulator.Faults;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;
using YamlDotNet.RepresentationModel;

namespace Eip.Simulator.Scenarios;

/// <summary>Takes the fields of a mapping one by one; what is left in the end is unknown.</summary>
/// <param name="file">The file, for errors.</param>
/// <param name="where">The step, for errors.</param>
/// <param name="mapping">The mapping.</param>
internal sealed class StepFields(string file, string where, YamlMappingNode mapping)
{
    private readonly Dictionary<string, YamlNode> left = mapping.Children.ToDictionary(static pair => pair.Key.ToString(), static pair => pair.Value, StringComparer.Ordinal);

    /// <summary>Takes a field's node, or null.</summary>
    public YamlNode? Take(string name) => left.Remove(name, out var node) ? node : null;

    /// <summary>A field's text, without taking it.</summary>
    public string? Peek(string name) => left.GetValueOrDefault(name) is YamlScalarNode scalar ? scalar.Value : null;

    /// <summary>Takes a text.</summary>
    public string? Text(string name) => Take(name) switch
    {
        null => null,
        YamlScalarNode { Value: { Length: > 0 } value } => value,
        var node => throw Bad(node, $"{name} is one value."),
    };

    /// <summary>Takes a moment: a date, a time, or a share of the data's span.</summary>
    public ScenarioMoment? Moment(string name, bool endOfDay) => Parse<ScenarioMoment>(name, "a date, a time of the form yyyy-MM-ddTHH:mm:ssZ, or a share of the data's time such as 50%", text =>
    {
        if (EventTime.TryParse(text, out var time) || EventTime.TryParseParts(text, endOfDay ? "23:59:59" : "00:00:00", out time))
            return new ScenarioMoment(time, 0);
        return Share.TryParse(text, out double share) && share is >= 0 and <= 1 ? new ScenarioMoment(null, share) : null;
    });

    /// <summary>Takes a speed.</summary>
    public double? Speed(string name) =>
        Parse<double>(name, "a speed greater than zero such as 3600x or 1d/s", static text => SpeedText.TryParse(text, out double speed, out _) ? speed : null);

    /// <summary>Takes a whole number that is not negative.</summary>
    public long? Number(string name) =>
        Parse<long>(name, "a whole number", static text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null);

    /// <summary>Takes one of several words.</summary>
    public bool? Choice(string name, (string Word, bool Value) one, (string Word, bool Value) other) =>
        Parse<bool>(name, $"{one.Word} or {other.Word}", text => text == one.Word ? one.Value : text == other.Word ? other.Value : null);

    /// <summary>Takes the fields of a filter; each is a value or a list.</summary>
    public ReplayFilter Filter() => new()
    {
        Orders = Set<OrderId>("order", "an order id", static text => OrderId.TryParse(text, out var id) ? id : null),
        SellerRegions = Set<Region>("sellerRegion", "a region of two capital letters", static text => Region.TryParse(text, out var region) ? region : null),
        CustomerRegions = Set<Region>("customerRegion", "a region of two capital letters", static text => Region.TryParse(text, out var region) ? region : null),
        Types = Set<EventType>("type", "an event type of the contract", static text => EventTypes.TryParse(text, out var type) ? type : null),
    };

    /// <summary>Takes the topic layout.</summary>
    public TopicLayout Layout() => Choice("layout", ("single", false), ("per-owner", true)) == true ? TopicLayout.PerOwner : TopicLayout.One;

    /// <summary>Takes the fields of a fault plan.</summary>
    public FaultPlan Faults()
    {
        var plan = new FaultPlan
        {
            Duplicates = ShareOf("duplicates") ?? 0,
            Shuffle = Duration("shuffle") ?? TimeSpan.Zero,
            Drop = ShareOf("drop") ?? 0,
            ThenResend = Choice("thenResend", ("true", true), ("false", false)) ?? false,
            Late = Duration("late") ?? TimeSpan.Zero,
            LateShare = ShareOf("lateShare") ?? FaultPlan.None.LateShare,
            Corrupt = ShareOf("corrupt") ?? 0,
            Seed = (ulong)(Number("seed") ?? 1),
        };
        try
        {
            plan.Validate();
            return plan;
        }
        catch (ReplayRejectedException rejected)
        {
            throw Bad(mapping, rejected.Message);
        }
    }

    /// <summary>Refuses what was not taken.</summary>
    public void ThrowIfAnyLeft(string known)
    {
        foreach (var (name, node) in left)
            throw Bad(node, $"'{name}' is not a field of it. Fields are {known}.");
    }

    private double? ShareOf(string name) =>
        Parse<double>(name, "a share such as 5%", static text => Share.TryParse(text, out double share) ? share : null);

    private TimeSpan? Duration(string name) =>
        Parse<TimeSpan>(name, "a duration such as 2h", static text => DurationText.TryParse(text, out var duration) ? duration : null);

    private HashSet<T> Set<T>(string name, string form, Func<string, T?> read)
        where T : struct
    {
        var set = new HashSet<T>();
        foreach (var node in Take(name) switch { null => [], YamlSequenceNode list => list.Children, var one => (IEnumerable<YamlNode>)[one] })
            set.Add(Read(name, node, form, read));
        return set;
    }

    private T? Parse<T>(string name, string form, Func<string, T?> read)
        where T : struct => Take(name) is { } node ? Read(name, node, form, read) : null;

    private T Read<T>(string name, YamlNode node, string form, Func<string, T?> read)
        where T : struct
    {
        string text = (node as YamlScalarNode)?.Value ?? node.ToString();
        return read(text) ?? throw Bad(node, $"{name}: '{text}' is not {form}.");
    }

    private ScenarioException Bad(YamlNode node, string reason) =>
        new(file, (int)node.Start.Line, $"{char.ToUpperInvariant(where[0])}{where[1..]}: {reason}");
}

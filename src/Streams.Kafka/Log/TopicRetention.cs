using System.Globalization;

namespace Eip.Streams.Kafka.Log;

/// <summary>
/// How a topic of events has to keep its records: all of them, for ever. It is the truth that every projection is made from, and brokers delete after seven
/// days unless they are told otherwise.
/// </summary>
public static class TopicRetention
{
    /// <summary>The settings of a topic that keeps everything, by their names in Kafka.</summary>
    public static IReadOnlyDictionary<string, string> Kept { get; } = new Dictionary<string, string>
    {
        ["cleanup.policy"] = "delete",
        ["retention.ms"] = "-1",
        ["retention.bytes"] = "-1",
    };

    /// <summary>What a topic will lose by its settings, in sentences for people that name the topic and the remedy; null when it keeps everything.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="settings">Its settings as the brokers have them.</param>
    public static string? Judge(string topic, IReadOnlyDictionary<string, string> settings)
    {
        var wrong = Kept
            .Where(kept => settings.TryGetValue(kept.Key, out string? found) && found != kept.Value)
            .Select(kept => $"{kept.Key} is {settings[kept.Key]}{Age(kept.Key, settings[kept.Key])}")
            .ToArray();
        return wrong.Length == 0
            ? null
            : $"Topic {topic} does not keep its events: {string.Join(", ", wrong)}. It is the only truth, and what the brokers delete can never be folded again. "
                + $"Set it: kafka-configs.sh --alter --entity-type topics --entity-name {topic} "
                + $"--add-config {string.Join(',', Kept.Select(static kept => $"{kept.Key}={kept.Value}"))}";
    }

    private static string Age(string name, string value) =>
        name == "retention.ms" && long.TryParse(value, CultureInfo.InvariantCulture, out long milliseconds)
            ? string.Create(CultureInfo.InvariantCulture, $" ({TimeSpan.FromMilliseconds(milliseconds).TotalDays:0.#} days)")
            : "";
}

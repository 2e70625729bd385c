namespace Eip.Streams.Kafka.Options;

/// <summary>Finds settings that cannot work before a silo joins with them.</summary>
/// <param name="options">The settings.</param>
/// <param name="name">The name of the provider that they belong to.</param>
public sealed class KafkaOptionsValidator(KafkaStreamOptions options, string name) : IConfigurationValidator
{
    /// <inheritdoc/>
    /// <exception cref="OrleansConfigurationException">A setting cannot work; the message names it.</exception>
    public void ValidateConfiguration()
    {
        if (Problems(options).FirstOrDefault() is { } problem)
            throw new OrleansConfigurationException($"Kafka streams '{name}': {problem}");
    }

    internal static IEnumerable<string> Problems(KafkaLogOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.BootstrapServers))
            yield return $"{nameof(options.BootstrapServers)} is required, such as broker-1:9092.";
        string[] topics = [.. options.EventTopics, options.DeadLetterTopic];
        if (topics.FirstOrDefault(static topic => !IsTopic(topic)) is { } bad)
            yield return $"'{bad}' is not a topic's name: 1 to 249 of the characters a-z, A-Z, 0-9, '.', '_' and '-'.";
        if (topics.Distinct(StringComparer.Ordinal).Count() != topics.Length)
            yield return $"The topics of events and {nameof(options.DeadLetterTopic)} must all be different.";
        if (options.Partitions < 1)
            yield return $"{nameof(options.Partitions)} must be at least 1, not {options.Partitions}.";
        if (options.ReplicationFactor is 0 or < -1)
            yield return $"{nameof(options.ReplicationFactor)} must be at least 1, or -1 for the brokers' default, not {options.ReplicationFactor}.";
        if (options is KafkaStreamOptions stream)
        {
            foreach (string problem in StreamProblems(stream))
                yield return problem;
        }
    }

    private static IEnumerable<string> StreamProblems(KafkaStreamOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Group))
            yield return $"{nameof(options.Group)} is required.";
        (string Name, int Value)[] counts =
        [
            (nameof(options.BatchSize), options.BatchSize), (nameof(options.Depth), options.Depth),
            (nameof(options.FetchMinBytes), options.FetchMinBytes), (nameof(options.ReadAheadKibibytes), options.ReadAheadKibibytes),
        ];
        foreach (var (setting, value) in counts)
        {
            if (value < 1)
                yield return $"{setting} must be at least 1, not {value}.";
        }

        (string Name, TimeSpan Value)[] times =
        [
            (nameof(options.PollWait), options.PollWait), (nameof(options.CommitInterval), options.CommitInterval),
            (nameof(options.MetadataRefresh), options.MetadataRefresh), (nameof(options.RetryPause), options.RetryPause),
            (nameof(options.MaxRetryPause), options.MaxRetryPause), (nameof(options.FetchMaxWait), options.FetchMaxWait),
            (nameof(options.StartupWait), options.StartupWait),
        ];
        foreach (var (setting, value) in times)
        {
            if (value <= TimeSpan.Zero)
                yield return $"{setting} must be longer than zero, not {value}.";
        }

        if (options.MaxRetryPause < options.RetryPause)
            yield return $"{nameof(options.MaxRetryPause)} must not be shorter than {nameof(options.RetryPause)}.";
    }

    private static bool IsTopic(string name) =>
        name is { Length: > 0 and < 250 } and not "." and not ".." && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');
}

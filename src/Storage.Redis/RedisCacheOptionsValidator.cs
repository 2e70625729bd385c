using StackExchange.Redis;

namespace Eip.Storage.Redis;

/// <summary>Finds settings that cannot work before anything connects with them.</summary>
public static class RedisCacheOptionsValidator
{
    /// <summary>What is wrong with the settings, each a sentence that names the setting.</summary>
    public static IEnumerable<string> Problems(RedisCacheOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (string.IsNullOrWhiteSpace(options.Configuration))
            yield return $"{nameof(options.Configuration)} is required, such as redis-1:6379.";
        else if (ParseError(options.Configuration) is { } error)
            yield return $"{nameof(options.Configuration)} cannot be read: {error}";
        if (string.IsNullOrEmpty(options.KeyPrefix))
            yield return $"{nameof(options.KeyPrefix)} is required, so that other users of the same Redis are left alone.";
        if (options.AnswerVersion < 1)
            yield return $"{nameof(options.AnswerVersion)} must be at least 1, not {options.AnswerVersion}.";
        if (options.MaxValueBytes < 1)
            yield return $"{nameof(options.MaxValueBytes)} must be at least 1, not {options.MaxValueBytes}.";
        (string Name, TimeSpan Value)[] times =
        [
            (nameof(options.CommandTimeout), options.CommandTimeout), (nameof(options.ConnectTimeout), options.ConnectTimeout),
            (nameof(options.Pause), options.Pause), (nameof(options.ReconnectInterval), options.ReconnectInterval), (nameof(options.LockTime), options.LockTime),
            (nameof(options.MaxWait), options.MaxWait), (nameof(options.PollInterval), options.PollInterval),
        ];
        foreach (var (setting, value) in times)
        {
            if (value <= TimeSpan.Zero)
                yield return $"{setting} must be longer than zero, not {value}.";
        }
    }

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="ArgumentException">A setting cannot work; the message names each that cannot.</exception>
    public static void Validate(RedisCacheOptions options)
    {
        string[] problems = [.. Problems(options)];
        if (problems.Length > 0)
            throw new ArgumentException($"The Redis cache cannot work with these settings. {string.Join(' ', problems)}", nameof(options));
    }

    private static string? ParseError(string configuration)
    {
        try
        {
            return ConfigurationOptions.Parse(configuration).EndPoints.Count == 0 ? "it names no server." : null;
        }
        catch (ArgumentException exception)
        {
            return exception.Message;
        }
    }
}

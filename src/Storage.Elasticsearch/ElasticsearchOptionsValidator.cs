namespace Eip.Storage.Elasticsearch;

/// <summary>Finds settings that cannot work before anything connects with them.</summary>
public static class ElasticsearchOptionsValidator
{
    private const int FingerprintDigits = 64;
    private const int MaxPageSize = 10_000;

    /// <summary>What is wrong with the settings, each a sentence that names the setting.</summary>
    public static IEnumerable<string> Problems(ElasticsearchOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return [.. ConnectionProblems(options), .. NumberProblems(options)];
    }

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="ArgumentException">A setting cannot work; the message names each that cannot.</exception>
    public static void Validate(ElasticsearchOptions options)
    {
        string[] problems = [.. Problems(options)];
        if (problems.Length > 0)
            throw new ArgumentException($"Elasticsearch cannot be used with these settings. {string.Join(' ', problems)}", nameof(options));
    }

    private static IEnumerable<string> ConnectionProblems(ElasticsearchOptions options)
    {
        if (options.Nodes.Count == 0)
            yield return $"{nameof(options.Nodes)} is required, such as https://search-1:9200.";
        foreach (var node in options.Nodes)
        {
            if (!node.IsAbsoluteUri || (node.Scheme != Uri.UriSchemeHttp && node.Scheme != Uri.UriSchemeHttps))
                yield return $"{nameof(options.Nodes)}: '{node}' is not an address of the form http://host:port or https://host:port.";
        }

        if (options.ApiKey is not null && options.Username is not null)
            yield return $"Either {nameof(options.ApiKey)} or {nameof(options.Username)} can be given, not both.";
        if (options.Username is null != options.Password is null)
            yield return $"{nameof(options.Username)} and {nameof(options.Password)} belong together.";
        if (options.CertificateFingerprint is { } fingerprint && !IsFingerprint(fingerprint))
            yield return $"{nameof(options.CertificateFingerprint)} must be the {FingerprintDigits} hexadecimal digits of a SHA-256 hash.";
        if (options.CertificateAuthorityFile is { } file && !File.Exists(file))
            yield return $"{nameof(options.CertificateAuthorityFile)}: there is no file '{file}'.";
        (string Name, string Value)[] aliases = [(nameof(options.ShipmentsAlias), options.ShipmentsAlias), (nameof(options.EventsAlias), options.EventsAlias)];
        foreach (var (setting, value) in aliases)
        {
            if (!IsIndexName(value))
                yield return $"{setting}: '{value}' is no name of an index: a lower-case letter or digit, then those, '-' and '_'.";
        }

        if (options.ShipmentsAlias == options.EventsAlias)
            yield return $"{nameof(options.ShipmentsAlias)} and {nameof(options.EventsAlias)} must differ.";
    }

    private static IEnumerable<string> NumberProblems(ElasticsearchOptions options)
    {
        (string Name, int Value, int Least)[] counts =
        [
            (nameof(options.Shards), options.Shards, 1), (nameof(options.Replicas), options.Replicas, 0), (nameof(options.BulkBytes), options.BulkBytes, 1),
            (nameof(options.ConcurrentBulks), options.ConcurrentBulks, 1), (nameof(options.RememberedEvents), options.RememberedEvents, 0),
            (nameof(options.PageSize), options.PageSize, 1),
        ];
        foreach (var (setting, value, least) in counts)
        {
            if (value < least)
                yield return $"{setting} must be at least {least}, not {value}.";
        }

        if (options.PageSize > MaxPageSize)
            yield return $"{nameof(options.PageSize)} must be at most {MaxPageSize}, not {options.PageSize}.";
        (string Name, TimeSpan Value)[] times =
        [
            (nameof(options.RefreshInterval), options.SearchAge), (nameof(options.RequestTimeout), options.RequestTimeout),
            (nameof(options.SearchPatience), options.SearchPatience), (nameof(options.Pause), options.Pause), (nameof(options.MaxPause), options.MaxPause),
        ];
        foreach (var (setting, value) in times)
        {
            if (value <= TimeSpan.Zero)
                yield return $"{setting} must be longer than zero, not {value}.";
        }
    }

    private static bool IsFingerprint(string text) =>
        text.Replace(":", "", StringComparison.Ordinal) is { Length: FingerprintDigits } digits && digits.All(char.IsAsciiHexDigit);

    private static bool IsIndexName(string name) => name is { Length: > 0 and <= 200 } && (char.IsAsciiLetterLower(name[0]) || char.IsAsciiDigit(name[0]))
        && name.All(static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_');
}

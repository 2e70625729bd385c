using Microsoft.Extensions.Configuration;

namespace Eip.Api;

/// <summary>What the Ops API allows. Settings come from the section <c>Eip</c> of the configuration, then from code.</summary>
public sealed class EipApiOptions
{
    /// <summary>Keys that may be used; without any, only loopback is served.</summary>
    public IList<ApiKey> ApiKeys { get; } = [];

    /// <summary>Requests a second that a key without a limit of its own may make (<c>Eip:Api:RequestsPerSecond</c>).</summary>
    public int RequestsPerSecond { get; set; } = 1_000;

    /// <summary>Requests without a known key that one address may make in a minute, before its further ones are put off (<c>Eip:Api:BadKeysPerMinute</c>).</summary>
    public int BadKeysPerMinute { get; set; } = 30;

    /// <summary>The most events of one <c>POST /events</c> (<c>Eip:Api:MaxEvents</c>).</summary>
    public int MaxEvents { get; set; } = 100_000;

    /// <summary>The most bytes of one <c>POST /events</c>, before and after unpacking (<c>Eip:Api:MaxIngestBytes</c>).</summary>
    public long MaxIngestBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>The most bytes of one event in a body; a longer one is set aside as a dead letter.</summary>
    public int MaxEventBytes { get; set; } = Domain.EventJson.MaxLength;

    /// <summary>
    /// The most bytes of one <c>POST /events</c> that are set aside because they cannot be read; a request with more is refused as a whole
    /// (<c>Eip:Api:MaxSetAsideBytes</c>).
    /// </summary>
    public long MaxSetAsideBytes { get; set; } = 8L * 1024 * 1024;

    /// <summary>The most bytes of any other body.</summary>
    public int MaxBodyBytes { get; set; } = 64 * 1024;

    /// <summary>The most characters of a query string.</summary>
    public int MaxQueryLength { get; set; } = 4 * 1024;

    /// <summary>The most values of one query parameter.</summary>
    public int MaxValues { get; set; } = 100;

    /// <summary>The most items of a page.</summary>
    public int MaxLimit { get; set; } = 1_000;

    /// <summary>How long an answer may take; exports and live streams are not bound by it (<c>Eip:Api:TimeoutSeconds</c>).</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The most clients of <c>/live</c> at once.</summary>
    public int MaxLiveClients { get; set; } = 200;

    /// <summary>How long a client of <c>/live</c> may take to receive what was written before it is dropped.</summary>
    public TimeSpan LiveWriteTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often <c>/live</c> gives a sign of life when nothing changes.</summary>
    public TimeSpan LiveHeartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the projections may stand still while the log holds more, before the host calls itself not ready.</summary>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Takes over what a configuration says.</summary>
    /// <exception cref="InvalidOperationException">A setting cannot be read; the message names it.</exception>
    public void Read(IConfiguration configuration)
    {
        var api = configuration.GetSection("Eip:Api");
        RequestsPerSecond = (int)Number(api, nameof(RequestsPerSecond), RequestsPerSecond);
        BadKeysPerMinute = (int)Number(api, nameof(BadKeysPerMinute), BadKeysPerMinute);
        MaxEvents = (int)Number(api, nameof(MaxEvents), MaxEvents);
        MaxIngestBytes = Number(api, nameof(MaxIngestBytes), MaxIngestBytes);
        MaxSetAsideBytes = Number(api, nameof(MaxSetAsideBytes), MaxSetAsideBytes);
        Timeout = TimeSpan.FromSeconds(Number(api, "TimeoutSeconds", (long)Timeout.TotalSeconds));
        foreach (var section in configuration.GetSection("Eip:ApiKeys").GetChildren())
            ApiKeys.Add(ApiKey.Read(section));
    }

    private static long Number(IConfigurationSection section, string name, long otherwise)
    {
        if (section[name] is not { } text)
            return otherwise;
        return long.TryParse(text, out long value) && value is > 0 and <= int.MaxValue
            ? value
            : throw new InvalidOperationException($"{section.Path}:{name} is '{text}'; a whole number above 0 is needed.");
    }
}

/// <summary>What a key may do.</summary>
public enum ApiRole
{
    /// <summary>Ask.</summary>
    Read = 1,

    /// <summary>Append events, and nothing else.</summary>
    Ingest = 2,

    /// <summary>Everything, steering a replay and retrying dead letters too.</summary>
    Operate = 3,
}

/// <summary>A key that callers show as <c>X-Api-Key</c> or <c>Authorization: Bearer</c>. Only its hash is kept.</summary>
/// <param name="Name">Whose it is; it stands in logs and metrics.</param>
/// <param name="Hash">SHA-256 of the key's UTF-8 text, as sixty-four hexadecimal digits.</param>
/// <param name="Role">What it may do.</param>
/// <param name="RequestsPerSecond">Its rate limit, or null for the usual one.</param>
public sealed record ApiKey(string Name, string Hash, ApiRole Role, int? RequestsPerSecond = null)
{
    /// <summary>Reads one entry of <c>Eip:ApiKeys</c>.</summary>
    /// <exception cref="InvalidOperationException">It is incomplete or cannot be read; the message names the setting.</exception>
    public static ApiKey Read(IConfigurationSection section)
    {
        string Need(string name) => section[name] is { Length: > 0 } text ? text : throw new InvalidOperationException($"{section.Path}:{name} is missing.");
        string hash = Need("Hash");
        if (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit))
            throw new InvalidOperationException($"{section.Path}:Hash is not the SHA-256 of a key as 64 hexadecimal digits.");
        // One name: Enum.TryParse would also take numbers, and the sum of a list.
        var role = Array.Find(Enum.GetValues<ApiRole>(), role => string.Equals(role.ToString(), Need("Role"), StringComparison.OrdinalIgnoreCase));
        if (role == default)
            throw new InvalidOperationException($"{section.Path}:Role is '{section["Role"]}'; one of read, ingest and operate is needed.");
        int? limit = null;
        if (section["RequestsPerSecond"] is { } text)
        {
            limit = int.TryParse(text, out int value) && value > 0
                ? value
                : throw new InvalidOperationException($"{section.Path}:RequestsPerSecond is '{text}'; a whole number above 0 is needed.");
        }

        return new ApiKey(Need("Name"), hash.ToLowerInvariant(), role, limit);
    }
}

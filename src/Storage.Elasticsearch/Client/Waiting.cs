using Microsoft.Extensions.Logging;

namespace Eip.Storage.Elasticsearch.Client;

/// <summary>What Elasticsearch is waited for: told once when it begins, once when it ends, and not with every attempt.</summary>
/// <param name="what">What waits, in the plural, such as <c>Documents</c>.</param>
/// <param name="logger">Told.</param>
internal sealed partial class Waiting(string what, ILogger logger)
{
    private string? reason;

    /// <summary>Why it is waited; null when it is not.</summary>
    public string? Reason => Volatile.Read(ref reason);

    /// <summary>An attempt failed.</summary>
    public void Goes(string why)
    {
        if (Interlocked.Exchange(ref reason, why) != why)
            LogWaits(what, why);
    }

    /// <summary>An attempt succeeded.</summary>
    public void Ends()
    {
        if (Volatile.Read(ref reason) is not null && Interlocked.Exchange(ref reason, null) is not null)
            LogGoesOn(what);
    }

    [LoggerMessage(LogLevel.Warning, "{What} wait for Elasticsearch and are sent again until it takes them; nothing is lost. {Reason}")]
    private partial void LogWaits(string what, string reason);

    [LoggerMessage(LogLevel.Information, "{What} no longer wait: Elasticsearch takes them again.")]
    private partial void LogGoesOn(string what);
}

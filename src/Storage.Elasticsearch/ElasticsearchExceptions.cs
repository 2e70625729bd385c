using Eip.Pipeline.Ports;

namespace Eip.Storage.Elasticsearch;

/// <summary>Elasticsearch is away, or turned a request away for now.</summary>
/// <param name="message">What happened.</param>
/// <param name="inner">The cause, if there is one.</param>
public sealed class ElasticsearchUnavailableException(string message, Exception? inner = null) : StoreUnavailableException(message, inner);

/// <summary>Elasticsearch refused a request for good.</summary>
/// <param name="status">Its HTTP status.</param>
/// <param name="message">What it said.</param>
public sealed class ElasticsearchRefusedException(int status, string message) : Exception(message)
{
    /// <summary>The HTTP status of the answer.</summary>
    public int Status { get; } = status;
}

/// <summary>The search indices are missing, or of another release's form; the message names the command that makes them anew.</summary>
/// <param name="message">What is wrong, and what to do.</param>
public sealed class SearchIndexException(string message) : StoreUnavailableException(message);

using Eip.Pipeline.Ports;
using Eip.Storage.Elasticsearch.Client;
using Eip.Storage.Elasticsearch.Indices;
using Eip.Storage.Elasticsearch.Rebuild;
using Eip.Storage.Elasticsearch.Search;
using Eip.Storage.Elasticsearch.Verify;
using Eip.Storage.Elasticsearch.Writing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Eip.Storage.Elasticsearch;

/// <summary>Everything that a host does with Elasticsearch, over one connection. Safe for concurrent use.</summary>
public sealed class ElasticsearchStore : IDisposable
{
    private readonly ElasticsearchOptions options;
    private readonly ElasticsearchInstruments instruments = new();
    private readonly ElasticsearchConnection connection;
    private readonly BulkWriter writer;
    private readonly ILoggerFactory loggers;

    /// <summary>A store; nothing is sent yet.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="deadLetters">Where documents go that the server refuses for good.</param>
    /// <param name="loggers">Told what is waited for and what is refused.</param>
    /// <param name="time">The clock that answers are dated by; the system's when null.</param>
    /// <exception cref="ArgumentException">A setting cannot work; the message names it.</exception>
    public ElasticsearchStore(ElasticsearchOptions options, IDeadLetters deadLetters, ILoggerFactory? loggers = null, TimeProvider? time = null)
    {
        ElasticsearchOptionsValidator.Validate(options);
        this.options = options;
        this.loggers = loggers ?? NullLoggerFactory.Instance;
        var clock = time ?? TimeProvider.System;
        connection = new ElasticsearchConnection(options, instruments, this.loggers.CreateLogger<ElasticsearchStore>());
        writer = new BulkWriter(connection, options, deadLetters, clock, this.loggers.CreateLogger<ElasticsearchCaseProjection>());
        Indices = new SearchIndices(connection, options, clock, this.loggers.CreateLogger<SearchIndices>());
        Projection = new ElasticsearchCaseProjection(writer, options.ShipmentsAlias, options.EventsAlias, toAlias: true, options.RememberedEvents);
        Search = new ElasticsearchCaseSearch(connection, options, clock);
        Digest = new ElasticsearchDigest(connection, options);
        RefusedDocuments = new RefusedDocuments(connection);
    }

    /// <summary>The indices and their templates.</summary>
    public SearchIndices Indices { get; }

    /// <summary>Writes cases.</summary>
    public ElasticsearchCaseProjection Projection { get; }

    /// <summary>Why documents wait for Elasticsearch, in a sentence for people; null while they are taken.</summary>
    public string? Trouble => connection.Writing.Reason;

    /// <summary>Searches cards.</summary>
    public ElasticsearchCaseSearch Search { get; }

    /// <summary>Compares the indices with the log.</summary>
    public ElasticsearchDigest Digest { get; }

    /// <summary>Sends documents again that were refused.</summary>
    public IDeadLetterTaker RefusedDocuments { get; }

    /// <summary>Why Elasticsearch or the indices cannot be used now, in a sentence for people; null when they can.</summary>
    public async Task<string?> LookAsync(CancellationToken cancellationToken = default)
    {
        var answer = await connection.SendAsync(Elastic.Transport.HttpMethod.GET, "/_cluster/health?filter_path=status", cancellationToken: cancellationToken);
        return answer.IsSuccess ? Indices.Ownership.Refusal ?? Trouble : answer.BriefReason;
    }

    /// <summary>A rebuild of the indices from a log.</summary>
    public IndexRebuild Rebuild(ICaseFeed feed) => new(connection, options, Indices, writer, feed, loggers.CreateLogger<IndexRebuild>());

    /// <inheritdoc/>
    public void Dispose()
    {
        writer.Dispose();
        connection.Dispose();
        instruments.Dispose();
    }
}

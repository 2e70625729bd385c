using System.Diagnostics.Metrics;

namespace Eip.Storage.Elasticsearch;

/// <summary>What the adapter counts; times in seconds.</summary>
internal sealed class ElasticsearchInstruments : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Eip.Storage.Elasticsearch";

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> stored, superseded, refused, retries, bulkBytes;
    private readonly Histogram<double> bulks, searches;

    public ElasticsearchInstruments()
    {
        stored = meter.CreateCounter<long>("eip.search.documents.stored", "{document}", "Documents that were written.");
        superseded = meter.CreateCounter<long>("eip.search.documents.superseded", "{document}", "Documents that lost against one as new or newer.");
        refused = meter.CreateCounter<long>("eip.search.documents.refused", "{document}", "Documents that became dead letters.");
        retries = meter.CreateCounter<long>("eip.search.retries", "{request}", "Requests that were sent again, in whole or in part.");
        bulkBytes = meter.CreateCounter<long>("eip.search.bulk.bytes", "By", "Bytes of bulk requests before compression.");
        bulks = meter.CreateHistogram<double>("eip.search.bulk.duration", "s", "Time of a bulk request.");
        searches = meter.CreateHistogram<double>("eip.search.query.duration", "s", "Time of a search request.");
    }

    public void Stored(long count) => stored.Add(count);

    public void Superseded(long count) => superseded.Add(count);

    public void Refused(long count) => refused.Add(count);

    public void Retried() => retries.Add(1);

    public void BulkSent(long bytes, TimeSpan duration)
    {
        bulkBytes.Add(bytes);
        bulks.Record(duration.TotalSeconds);
    }

    public void Searched(TimeSpan duration) => searches.Record(duration.TotalSeconds);

    public void Dispose() => meter.Dispose();
}

using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Eip.Api.Metrics;

/// <summary>What the API counts; times in seconds.</summary>
internal sealed class ApiInstruments
{
    public const string MeterName = "Eip.Api";

    private readonly Counter<long> events, badLines, rejectedKeys, throttled;
    private readonly Histogram<double> requests;

    public ApiInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        requests = meter.CreateHistogram<double>("eip.api.request.duration", "s", "Time from the request to the end of its answer.");
        events = meter.CreateCounter<long>("eip.api.ingest.events", "{event}", "Events taken by POST /events, by outcome.");
        badLines = meter.CreateCounter<long>("eip.api.ingest.bad_lines", "{line}", "Lines of POST /events that became dead letters.");
        rejectedKeys = meter.CreateCounter<long>("eip.api.rejected_keys", "{request}", "Requests without a key that allows them.");
        throttled = meter.CreateCounter<long>("eip.api.throttled", "{request}", "Requests beyond the rate limit of their key.");
    }

    public void Answered(string route, string method, int status, TimeSpan duration)
    {
        var tags = new TagList { { "method", method }, { "route", route }, { "status", Status(status) } };
        requests.Record(duration.TotalSeconds, tags);
    }

    public void Ingested(long appended, long duplicates, long bad)
    {
        events.Add(appended, new KeyValuePair<string, object?>("outcome", "appended"));
        events.Add(duplicates, new KeyValuePair<string, object?>("outcome", "duplicate"));
        badLines.Add(bad);
    }

    public void KeyRejected() => rejectedKeys.Add(1);

    public void Throttled(string key) => throttled.Add(1, new KeyValuePair<string, object?>("key", key));

    // Boxed once.
    private static object Status(int status) => status is >= 100 and < 600 ? StatusBoxes[status - 100] : status;

    private static readonly object[] StatusBoxes = [.. Enumerable.Range(100, 500).Select(static status => (object)status.ToString())];
}

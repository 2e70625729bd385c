using Microsoft.Extensions.Logging;

namespace Eip.Storage.Elasticsearch.Writing;

internal sealed partial class BulkWriter
{
    [LoggerMessage(LogLevel.Error, "Elasticsearch refuses document {Id} of {Index} for good; it is a dead letter now: {Reason}")]
    private partial void LogRefused(string index, string id, string reason);
}

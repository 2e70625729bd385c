using Microsoft.Extensions.Logging;

namespace Eip.Storage.Elasticsearch.Client;

internal sealed partial class ElasticsearchConnection
{
    [LoggerMessage(LogLevel.Warning, "Elasticsearch turned {Method} {Path} away for now, it is sent again: {Reason}")]
    private partial void LogRetry(string method, string path, string reason);
}

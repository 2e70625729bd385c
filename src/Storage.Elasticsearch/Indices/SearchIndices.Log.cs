using Microsoft.Extensions.Logging;

namespace Eip.Storage.Elasticsearch.Indices;

public sealed partial class SearchIndices
{
    [LoggerMessage(LogLevel.Information, "New search indices get no lifecycle policy, the server takes none: {Reason}")]
    private partial void LogNoLifecycle(string reason);
}

using Microsoft.Extensions.Logging;

namespace Eip.Storage.Elasticsearch.Rebuild;

public sealed partial class IndexRebuild
{
    [LoggerMessage(LogLevel.Information, "Rebuilding the search indices into {Index}, {Cases} cases are there already.")]
    private partial void LogStarted(string index, long cases);

    [LoggerMessage(LogLevel.Information, "The aliases stand for {Index} and its partner now; changes made meanwhile follow.")]
    private partial void LogSwapped(string index);
}

using Eip.Grains.State;
using Eip.Pipeline.Ports;
using Eip.Storage.Elasticsearch;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Eip.Silo.Search;

/// <summary>
/// Puts templates and first indices in place when a silo starts, without holding up its start. Indices that are gone although events are folded already
/// are not begun anew, empty as they would be: the log says which command brings them back, and the offsets stand still until it has.
/// </summary>
internal sealed partial class SearchIndexKeeper(ElasticsearchStore store, ICaseStates states, TimeProvider time, ILogger<SearchIndexKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? told = null;
        while (!await IsInPlaceAsync(stoppingToken))
            await Task.Delay(Pause, time, stoppingToken);

        async Task<bool> IsInPlaceAsync(CancellationToken cancellationToken)
        {
            try
            {
                if (await store.Indices.AreMissingAsync(cancellationToken) && (await states.ProgressAsync(cancellationToken)).Any(static progress => progress.NextOffset > 0))
                    throw new SearchIndexException("The search indices are missing, although events are folded already. Make them anew from the log: eip rebuild --search");
                await store.Indices.EnsureAsync(cancellationToken);
                return true;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Once for each reason, or a silo that waits would fill its log.
                if (told != exception.Message)
                    LogWaiting(logger, exception is StoreUnavailableException ? null : exception, told = exception.Message);
                return false;
            }
        }
    }

    [LoggerMessage(EventId = 4101, Level = LogLevel.Error, Message = "The search indices are not in place; it is tried again. {Reason}")]
    private static partial void LogWaiting(ILogger logger, Exception? exception, string reason);
}

using Eip.Grains.State;
using Eip.Pipeline.Ports;
using Eip.Silo.Ownership;
using Eip.Storage.Elasticsearch;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Eip.Silo.Search;

/// <summary>
/// Puts templates and first indices in place when a silo starts, without holding up its start. Indices that are gone although events are folded already
/// are not begun anew, empty as they would be: the log says which command brings them back, and the offsets stand still until it has. Indices of another
/// cluster are left alone in the same way.
/// </summary>
internal sealed partial class SearchIndexKeeper(
    ElasticsearchStore store, ICaseStates states, LogIdentity identity, TimeProvider time, ILogger<SearchIndexKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // A rebuild leaves indices that nobody has claimed.
    private static readonly TimeSpan ClaimPause = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? told = null;
        bool isEnsured = false;
        while (!stoppingToken.IsCancellationRequested)
            await Task.Delay(await IsInPlaceAsync(stoppingToken) ? ClaimPause : Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        async Task<bool> IsInPlaceAsync(CancellationToken cancellationToken)
        {
            try
            {
                if (!isEnsured)
                    await EnsureAsync(cancellationToken);
                isEnsured = true;
                await store.Indices.ClaimAsync(await identity.OwnerAsync(cancellationToken), cancellationToken);
                told = null;
                return true;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                isEnsured = false;
                // Once for each reason, or a silo that waits would fill its log.
                if (told != exception.Message)
                    LogWaiting(logger, exception is StoreUnavailableException or ElasticsearchRefusedException or NpgsqlException ? null : exception, told = exception.Message);
                return false;
            }
        }
    }

    private async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (await store.Indices.AreMissingAsync(cancellationToken) && (await states.ProgressAsync(cancellationToken)).Any(static progress => progress.NextOffset > 0))
            throw new SearchIndexException("The search indices are missing, although events are folded already. Make them anew from the log: eip rebuild --search");
        await store.Indices.EnsureAsync(cancellationToken);
    }

    [LoggerMessage(EventId = 4101, Level = LogLevel.Error, Message = "The search indices are not in place; it is tried again. {Reason}")]
    private static partial void LogWaiting(ILogger logger, Exception? exception, string reason);
}

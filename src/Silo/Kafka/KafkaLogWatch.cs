using Eip.Api.Health;
using Eip.Grains.State;
using Eip.Streams.Kafka.Continuity;
using Eip.Streams.Kafka.Options;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Eip.Silo.Kafka;

/// <summary>
/// Looks whether the log goes on where the store stands, in every partition, whoever reads it: a silo is not ready while it does not. And whether the
/// topics keep what they are given: what they will lose is said in the log and by <c>/health/ready</c>.
/// </summary>
internal sealed partial class KafkaLogWatch(IOptions<KafkaLogOptions> options, ICaseStates states, TimeProvider time, ILogger<KafkaLogWatch> logger)
    : BackgroundService, IReadinessCondition
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan SettingsPause = TimeSpan.FromMinutes(5);
    private readonly KafkaExtents extents = new(options.Value);
    private volatile string? broken;
    private volatile IReadOnlyList<string> losses = [];

    /// <inheritdoc/>
    public string? Waiting() => broken;

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings() => losses;

    /// <inheritdoc/>
    public override void Dispose()
    {
        extents.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        long? settingsSeenAt = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
                if (settingsSeenAt is not { } seen || time.GetElapsedTime(seen) > SettingsPause)
                {
                    await LookAtSettingsAsync(stoppingToken);
                    settingsSeenAt = time.GetTimestamp();
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Whoever needs the brokers or the store now says what is wrong with them.
                LogNotSeen(logger, exception.Message);
            }

            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        // The store first: it moves on meanwhile, and never beyond the end that is asked for after.
        var stored = (await states.ProgressAsync(cancellationToken)).ToDictionary(static progress => progress.Partition, StringComparer.Ordinal);
        string[] problems = [.. (await extents.ReadAsync(cancellationToken))
            .OrderBy(static partition => partition.Key, StringComparer.Ordinal)
            .Select(partition => LogContinuity.Judge(partition.Key, Position(stored.GetValueOrDefault(partition.Key)), partition.Value))
            .OfType<string>()];
        string? found = problems.Length > 1 ? $"{problems[0]} ({problems.Length - 1} more partitions are broken.)" : problems.FirstOrDefault();
        if (found is not null && found != broken)
            LogBroken(logger, found);
        broken = found;
    }

    private async Task LookAtSettingsAsync(CancellationToken cancellationToken)
    {
        losses = await extents.LossesAsync(cancellationToken);
        foreach (string loss in losses)
            LogLoss(logger, loss);
    }

    private static StoredPosition? Position(IngestProgress? progress) => progress is null ? null : new StoredPosition(progress.NextOffset, progress.TopicId);

    [LoggerMessage(EventId = 4201, Level = LogLevel.Error, Message = "{Reason}")]
    private static partial void LogBroken(ILogger logger, string reason);

    [LoggerMessage(EventId = 4202, Level = LogLevel.Warning, Message = "{Loss}")]
    private static partial void LogLoss(ILogger logger, string loss);

    [LoggerMessage(EventId = 4203, Level = LogLevel.Debug, Message = "The log cannot be looked at: {Reason}")]
    private static partial void LogNotSeen(ILogger logger, string reason);
}

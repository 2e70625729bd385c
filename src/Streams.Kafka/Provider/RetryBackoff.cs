using Eip.Streams.Kafka.Options;
using Orleans.Runtime.Providers;

namespace Eip.Streams.Kafka.Provider;

/// <summary>Pauses that double from <see cref="KafkaStreamOptions.RetryPause"/> up to <see cref="KafkaStreamOptions.MaxRetryPause"/>.</summary>
internal sealed class RetryBackoff(KafkaStreamOptions options) : IMessageDeliveryBackoffProvider, IQueueReaderBackoffProvider
{
    public TimeSpan Next(int attempt) => Pause(options, attempt);

    public static TimeSpan Pause(KafkaStreamOptions options, int failures)
    {
        double pause = options.RetryPause.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 20));
        return TimeSpan.FromMilliseconds(Math.Min(pause, options.MaxRetryPause.TotalMilliseconds));
    }
}

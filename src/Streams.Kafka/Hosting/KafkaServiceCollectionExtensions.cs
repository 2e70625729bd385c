using Eip.Pipeline.Ports;
using Eip.Streams.Kafka.DeadLetters;
using Eip.Streams.Kafka.Log;
using Eip.Streams.Kafka.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Eip.Streams.Kafka.Hosting;

/// <summary>Makes Kafka the event log of a host.</summary>
public static class KafkaServiceCollectionExtensions
{
    /// <summary>Adds <see cref="KafkaEventLog"/> as <see cref="IEventSink"/> and <see cref="KafkaDeadLetters"/> as <see cref="IDeadLetters"/>.</summary>
    public static IServiceCollection AddKafkaEventLog(this IServiceCollection services, Action<KafkaLogOptions> configure)
    {
        services.AddOptions<KafkaLogOptions>().Configure(configure).Validate(
            static options => !KafkaOptionsValidator.Problems(options).Any(), "The settings of the Kafka event log cannot work: brokers, topics, partitions or replicas.");
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(static provider =>
            new KafkaEventLog(provider.GetRequiredService<IOptions<KafkaLogOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IEventSink>(static provider => provider.GetRequiredService<KafkaEventLog>());
        services.AddSingleton(static provider => new KafkaDeadLetters(
            provider.GetRequiredService<IOptions<KafkaLogOptions>>().Value, provider.GetRequiredService<KafkaEventLog>(), provider.GetServices<IDeadLetterTaker>));
        services.AddSingleton<IDeadLetters>(static provider => provider.GetRequiredService<KafkaDeadLetters>());
        return services;
    }
}

using Eip.Streams.Kafka.Options;
using Eip.Streams.Kafka.Provider;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Streams;

namespace Eip.Streams.Kafka.Hosting;

/// <summary>Adds the stream provider to a silo.</summary>
public static class KafkaStreamsSiloBuilderExtensions
{
    // A partition's stream is never inactive: what is silent for a day goes on where it stood.
    private static readonly TimeSpan Never = TimeSpan.FromDays(3650);

    /// <summary>
    /// Adds a persistent stream provider over the topics of events: one stream for each partition, items <see cref="FulfillmentEventBatch"/>, implicit
    /// subscriptions to <see cref="KafkaStreams.Namespace"/>. Every silo of the cluster adds it: all active silos share the partitions.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="name">The provider's name.</param>
    /// <param name="configure">Its settings.</param>
    /// <param name="configureStreams">Further settings of Orleans' own stream runtime.</param>
    public static ISiloBuilder AddKafkaStreams(
        this ISiloBuilder builder,
        string name,
        Action<KafkaStreamOptions> configure,
        Action<ISiloPersistentStreamConfigurator>? configureStreams = null) =>
        builder.AddKafkaStreams(name, options => options.Configure(configure), configureStreams);

    /// <inheritdoc cref="AddKafkaStreams(ISiloBuilder, string, Action{KafkaStreamOptions}, Action{ISiloPersistentStreamConfigurator}?)"/>
    public static ISiloBuilder AddKafkaStreams(
        this ISiloBuilder builder,
        string name,
        Action<OptionsBuilder<KafkaStreamOptions>> configure,
        Action<ISiloPersistentStreamConfigurator>? configureStreams = null)
    {
        builder.ConfigureServices(services =>
        {
            configure(services.AddOptions<KafkaStreamOptions>(name));
            services.AddSingleton<IConfigurationValidator>(provider => new KafkaOptionsValidator(OptionsOf(provider, name), name));
            services.TryAddSingleton(TimeProvider.System);
            services.TryAddSingleton<KafkaStreamInstruments>();
            services.AddKeyedSingleton(name, (provider, _) =>
                ActivatorUtilities.CreateInstance<KafkaPartitionFinder>(provider, OptionsOf(provider, name)));
        });
        var streams = new SiloPersistentStreamConfigurator(name, services => builder.ConfigureServices(services), CreateFactory);
        streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
        streams.ConfigurePartitionBalancing(CreateBalancer);
        streams.ConfigureBackoffProvider((provider, key) => (Orleans.Runtime.Providers.IMessageDeliveryBackoffProvider)new RetryBackoff(OptionsOf(provider, key)));
        streams.ConfigureBackoffProvider((provider, key) => (Orleans.Runtime.Providers.IQueueReaderBackoffProvider)new RetryBackoff(OptionsOf(provider, key)));
        streams.ConfigurePullingAgent(agent => agent.Configure(static options =>
        {
            options.MaxEventDeliveryTime = Timeout.InfiniteTimeSpan;
            options.StreamInactivityPeriod = Never;
            options.BatchContainerBatchSize = 1;
            options.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(50);
        }));
        configureStreams?.Invoke(streams);
        return builder;
    }

    private static KafkaStreamOptions OptionsOf(IServiceProvider services, string name) =>
        services.GetRequiredService<IOptionsMonitor<KafkaStreamOptions>>().Get(name);

    private static KafkaAdapterFactory CreateFactory(IServiceProvider services, string name) =>
        ActivatorUtilities.CreateInstance<KafkaAdapterFactory>(
            services, name, OptionsOf(services, name), services.GetRequiredKeyedService<KafkaPartitionFinder>(name));

    private static IStreamQueueBalancer CreateBalancer(IServiceProvider services, string name) =>
        ActivatorUtilities.CreateInstance<KafkaQueueBalancer>(
            services, services.GetRequiredKeyedService<KafkaPartitionFinder>(name), OptionsOf(services, name));
}

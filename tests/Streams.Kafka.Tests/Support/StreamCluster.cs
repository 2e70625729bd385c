using Eip.Streams.Kafka.Hosting;
using Eip.Streams.Kafka.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace Eip.Streams.Kafka.Tests.Support;

/// <summary>Silos in this process that pull a test's topics.</summary>
internal static class StreamCluster
{
    public static async Task<InProcessTestCluster> StartAsync(
        TestKafka kafka,
        short silos = 1,
        Action<KafkaStreamOptions>? configure = null,
        Action<ISiloPersistentStreamConfigurator>? streams = null,
        Action<ISiloBuilder>? silo = null)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, host) =>
        {
            host.Services.Configure<ClusterMembershipOptions>(static options =>
            {
                options.ProbeTimeout = TimeSpan.FromMilliseconds(300);
                options.NumMissedProbesLimit = 2;
                options.NumVotesForDeathDeclaration = 1;
            });
            host.AddKafkaStreams(
                "kafka",
                options =>
                {
                    kafka.Configure(options);
                    configure?.Invoke(options);
                },
                streams);
            if (Environment.GetEnvironmentVariable("EIP_TEST_LOG") is not null)
                host.Services.AddLogging(static logs => logs.AddConsole().AddFilter("Orleans", LogLevel.Warning).AddFilter("Eip", LogLevel.Debug));
            silo?.Invoke(host);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}

using System.Net;
using System.Text;
using Confluent.Kafka;
using Eip.Domain;
using Eip.Grains.Tests.Support;
using Eip.Pipeline.Ports;
using Eip.Silo.Hosting;
using Eip.Silo.Search;
using Eip.Silo.Verification;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Eip.Grains.Tests;

/// <summary>Records that are no events, where they once stopped everything: last in their partitions, under silos as they ship and real stores.</summary>
public sealed class PoisonRecordTests(ITestOutputHelper output)
{
    private const string Half =
        """{"eventType":"ORDER_PLACED","eventAt":"2018-01-12T12:00:00Z","orderId":"poison","source":"OMS","payload":{"note":"\ud83d"}}""";

    // Names of fields that the search store has no room for among its own.
    private const string Odd =
        """{"eventType":"ORDER_PLACED","eventAt":"2018-01-12T12:00:00Z","orderId":"odd","source":"OMS","payload":{"":1,"a..b":[{" ":2}],"estimatedDeliveryAt.x":3}}""";

    [Fact]
    public async Task Poison_at_the_end_of_a_partition_is_set_aside_and_silos_restart_and_the_log_is_verified_and_rebuilt_past_it()
    {
        string elasticsearch = StoreServers.NeedElasticsearch();
        await using var cluster = await SiloCluster.StartAsync(silos: 1, partitions: 2, further: id => StoreServers.Arguments(id, elasticsearch, redis: null));
        string[] arguments = cluster.Arguments(1, 1);
        var settings = SiloSettings.Read(new ConfigurationBuilder().AddCommandLine(arguments).Build());
        EventJson.TryRead(Encoding.UTF8.GetBytes(Odd), out var odd, out var error).ShouldBeTrue($"{error}");
        FulfillmentEvent[] events = [.. Orders.Events(seed: 31, orders: 200), odd];
        byte[][] poison = [Encoding.UTF8.GetBytes(Half), [.. "{\"city\":\"S"u8, 0xE3, .. "o\"}"u8]];
        await cluster.AppendAsync(events);
        await AppendAsync(cluster, poison);

        await cluster.ShouldComeToAsync(new Reference(events));
        var letters = cluster.Services.GetRequiredService<IDeadLetters>();
        await Wait.Until(async () => await letters.CountAsync() == 4, "each record is set aside");
        var waiting = await letters.ListAsync(null, 10);
        waiting.Select(static letter => letter.Content).ShouldBe([.. poison.Concat(poison).Select(static bytes => new RawContent(bytes))], ignoreOrder: true);
        waiting.ShouldAllBe(static letter => letter.Kind == DeadLetterKind.Event);

        await cluster.StopAsync(cluster.Silos[0]);
        await cluster.AddAsync();
        using var client = new HttpClient { BaseAddress = UntouchedSilo.AddressOf(cluster.Silos[0]) };
        await Wait.Until(async () => (await client.GetAsync("/health/ready")).IsSuccessStatusCode, "the silo that was restarted is ready");
        (await client.GetAsync("/api/v1/pipeline")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await VerifyAsync(settings)).ShouldBeTrue();
        (await RebuildSearchCommand.RunAsync(arguments)).ShouldBe(0);
        (await VerifyAsync(settings)).ShouldBeTrue();
        await cluster.Services.GetRequiredService<Storage.Elasticsearch.ElasticsearchStore>().Indices.DropAsync();
    }

    private static async Task AppendAsync(SiloCluster cluster, byte[][] values)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = cluster.LogOptions.BootstrapServers })
            .SetLogHandler(static (_, _) => { }).Build();
        for (int partition = 0; partition < cluster.Partitions; partition++)
        {
            foreach (byte[] value in values)
                await producer.ProduceAsync(new TopicPartition(cluster.LogOptions.Topic, partition), new Message<Null, byte[]> { Value = value });
        }
    }

    private async Task<bool> VerifyAsync(SiloSettings settings)
    {
        await using var told = new StringWriter();
        bool holds = await new StandingVerification(settings, TimeSpan.FromSeconds(20), told).RunAsync();
        output.WriteLine(told.ToString());
        return holds;
    }
}

using Eip.Domain;
using Eip.Streams.Kafka.Provider;
using Eip.Streams.Kafka.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Streams;

namespace Eip.Streams.Kafka.Tests;

public sealed class SerializationTests
{
    private static readonly Serializer Serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    [Fact]
    public void A_batch_is_the_same_on_another_silo()
    {
        FulfillmentEvent[] events =
        [
            Events.One(1),
            new(OrderId.Parse("an order of ours"), EventType.OrderCancelled, EventTime.MinValue, Region.Unknown, Region.Parse("RR"), null, """{"inferred":true}"""),
        ];
        var batch = new FulfillmentEventBatch("events", 3, 17, 18, events, DateTimeOffset.UnixEpoch.AddDays(1), SiloAddress.Zero);

        var copy = Serializer.Deserialize<IBatchContainer>(Serializer.SerializeToArray<IBatchContainer>(new KafkaBatchContainer(batch, null)))
            .ShouldBeOfType<KafkaBatchContainer>();

        copy.Batch.Events.ShouldBe(events);
        (copy.Batch with { Events = batch.Events }).ShouldBe(batch);
        copy.SequenceToken.SequenceNumber.ShouldBe(18);
        copy.StreamId.ShouldBe(KafkaStreams.StreamOf("events", 3));
    }

    [Fact]
    public void Values_of_the_contract_cross_silos_unchanged()
    {
        RoundTrip(OrderId.Parse("e481f51cbdc54678b7cc49136f2d6af7"));
        RoundTrip(OrderId.Parse("E481F51CBDC54678B7CC49136F2D6AF7"));
        RoundTrip(EventTime.MaxValue);
        RoundTrip(Region.Unknown);
        RoundTrip(Region.Parse("AM"));
        foreach (var type in EventTypes.All)
            RoundTrip(Events.One(4) with { Type = type });
    }

    [Fact]
    public void A_subscriber_with_another_item_type_fails_instead_of_passing_batches_unseen()
    {
        var container = new KafkaBatchContainer(new FulfillmentEventBatch("events", 0, 0, 0, [], default, SiloAddress.Zero), null);
        Should.Throw<InvalidOperationException>(() => container.GetEvents<string>()).Message.ShouldContain(nameof(FulfillmentEventBatch));
        container.GetEvents<FulfillmentEventBatch>().Single().Item1.ShouldBeSameAs(container.Batch);
    }

    private static void RoundTrip<T>(T value) => Serializer.Deserialize<T>(Serializer.SerializeToArray(value)).ShouldBe(value);
}

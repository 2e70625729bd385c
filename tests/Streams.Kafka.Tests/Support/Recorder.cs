using System.Collections.Concurrent;
using Eip.Domain;
using Orleans.Placement;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Eip.Streams.Kafka.Tests.Support;

/// <summary>What subscribers of a test's topics were given; silos of a test run in its process.</summary>
internal sealed class Recorder
{
    private static readonly ConcurrentDictionary<string, Recorder> ByTopic = new();
    private readonly Lock gate = new();
    private readonly Dictionary<EventId, int> counts = [];
    private readonly List<FulfillmentEventBatch> batches = [];

    /// <summary>Called for each attempt before it is recorded; a failure fails the attempt.</summary>
    public Func<FulfillmentEventBatch, Task> OnBatch { get; set; } = static _ => Task.CompletedTask;

    public int Attempts;

    public static Recorder Of(params IEnumerable<string> topics)
    {
        var recorder = new Recorder();
        foreach (string topic in topics)
            ByTopic[topic] = recorder;
        return recorder;
    }

    public static Recorder For(string topic) => ByTopic[topic];

    public int Distinct
    {
        get
        {
            lock (gate)
                return counts.Count;
        }
    }

    public int Total
    {
        get
        {
            lock (gate)
                return counts.Values.Sum();
        }
    }

    public FulfillmentEventBatch[] Batches
    {
        get
        {
            lock (gate)
                return [.. batches];
        }
    }

    public async Task TakeAsync(FulfillmentEventBatch batch)
    {
        Interlocked.Increment(ref Attempts);
        await OnBatch(batch);
        lock (gate)
        {
            batches.Add(batch);
            foreach (var @event in batch.Events)
                counts[@event.Id] = counts.GetValueOrDefault(@event.Id) + 1;
        }
    }

    public void ShouldHaveAll(IEnumerable<FulfillmentEvent> events)
    {
        lock (gate)
            events.Count(@event => !counts.ContainsKey(@event.Id)).ShouldBe(0, "events that never arrived");
    }
}

internal interface IRecorderGrain : IGrainWithStringKey
{
    Task Deactivate();
}

[ImplicitStreamSubscription(KafkaStreams.Namespace), PreferLocalPlacement]
internal sealed class RecorderGrain : Grain, IRecorderGrain, IStreamSubscriptionObserver, IAsyncObserver<FulfillmentEventBatch>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<FulfillmentEventBatch>().ResumeAsync(this);

    public Task OnNextAsync(FulfillmentEventBatch item, StreamSequenceToken? token = null) => Recorder.For(item.Topic).TakeAsync(item);

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public Task Deactivate()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

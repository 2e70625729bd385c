using Eip.Domain;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Search;

namespace Eip.Pipeline.Tests.Engine;

/// <summary>Every form that the embedded host keeps an event in has room for the number of every type.</summary>
public sealed class EventTypeFormsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("5ca1ab1e0ddba11cafef00d5ca1ab1e0")]
    [InlineData("an order of ours")]
    public async Task Every_type_survives_the_log_a_snapshot_and_an_export(string order)
    {
        using var home = new TestHome();
        // Two seconds that differ in one bit: no type may be taken for another's neighbour.
        var events = EventTypes.All.SelectMany(type => new[] { Event(order, type, 0), Event(order, type, 1) })
            .OrderBy(static @event => @event.EventAt).ThenBy(static @event => @event.Type).ToArray();
        await using (var pipeline = EmbeddedPipeline.Open(home.Home, new PipelineOptions { Deduplicate = true }))
        {
            (await pipeline.AppendAsync(events.Reverse().ToArray(), Cancelled)).Appended.ShouldBe(events.Length);
            (await pipeline.AppendAsync(events, Cancelled)).Duplicates.ShouldBe(events.Length);
            await pipeline.CatchUpAsync(null, Cancelled);
            pipeline.EnumerateEvents().ShouldBe(events);
            await pipeline.PublishAsync(null, Cancelled);
        }

        await using var again = EmbeddedPipeline.Open(home.Home, new PipelineOptions { Deduplicate = true });
        again.Snapshots.ShouldAllBe(static report => report.RefusedBecause == null);
        (await again.FindAsync(events[0].OrderId, Cancelled))!.Timeline.ShouldBe(events);
        (await again.AppendAsync(events, Cancelled)).Duplicates.ShouldBe(events.Length);
    }

    [Fact]
    public void Two_paths_of_other_types_are_two_variants()
    {
        var variants = new VariantDictionary();
        var paths = EventTypes.All.SelectMany(static first => EventTypes.All.Select(second => new[] { first, second }))
            .Concat(EventTypes.All.Select(static only => new[] { only })).Append([.. EventTypes.All]);
        foreach (var path in paths)
        {
            var folded = new FulfillmentCase(OrderId.Parse("a"));
            for (int i = 0; i < path.Length; i++)
                folded.Apply(Event("a", path[i], i));
            variants.GetOrAdd(folded).ShouldBe(variants.Find(string.Join('>', path.Select(static type => type.Name()))));
        }
    }

    private static FulfillmentEvent Event(string order, EventType type, int second) => new(
        OrderId.Parse(order), type, EventTime.Parse("2018-03-01T10:00:00Z") + second, Region.Parse("SP"), Region.Parse("RJ"), null);
}

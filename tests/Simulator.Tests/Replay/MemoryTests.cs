using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Simulator.Faults;
using Eip.Simulator.Replay;

namespace Eip.Simulator.Tests.Replay;

public sealed class MemoryTests
{
    [Theory]
    [InlineData(100_000)]
    [InlineData(1_000_000)]
    public async Task A_replay_holds_no_more_than_a_batch_and_the_window_however_long_the_history(int events)
    {
        var history = new EndlessShop(events);
        var sink = new RecordingSink(TimeProvider.System);
        long sent = 0, mostHeld = 0;
        sink.OnSend = batch =>
        {
            mostHeld = Math.Max(mostHeld, history.BeingRead - sent);
            sent += batch.Length;
            return ValueTask.CompletedTask;
        };
        var faults = new FaultPlan { Duplicates = 0.05, Shuffle = TimeSpan.FromHours(2), Late = TimeSpan.FromHours(6), Drop = 0.01, ThenResend = true };

        await new ReplayDriver(new ReplayPlan { Mode = ReplayMode.Backfill, Faults = faults }, history, sink, null, TimeProvider.System).RunAsync();

        sent.ShouldBeGreaterThan(events);
        // A batch, what the window spans at one event a second, and the dropped hundredth that is read again rather than held.
        mostHeld.ShouldBeLessThan(8192 + (2 * 3600) + 3600 + (events / 100));
    }

    /// <summary>One event a second, made while it is read.</summary>
    private sealed class EndlessShop(int count) : IHistory
    {
        /// <summary>Events that the latest reader took, less those of readers before it.</summary>
        public long BeingRead { get; private set; }

        public string Identity => "endless";

        public EventTime? First => Shop.Opening;

        public EventTime? Last => Shop.Opening + (count - 1);

        public long Count => count;

        public IEnumerable<ReadOnlyMemory<FulfillmentEvent>> Read(EventTime? from, EventTime? to)
        {
            var one = new FulfillmentEvent[1];
            BeingRead = 0;
            for (int i = 0; i < count; i++)
            {
                BeingRead = i + 1;
                one[0] = new FulfillmentEvent(OrderId.FromHex((UInt128)i), EventType.OrderPlaced, Shop.Opening + i, Region.Unknown, Region.Unknown, null);
                yield return one;
            }
        }
    }
}

using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Simulator.Replay;

namespace Eip.Simulator.Sinks;

/// <summary>The end of the embedded log, as far as a replay needs to see it.</summary>
public interface ILogTail
{
    /// <summary>The offset after the last event of each partition.</summary>
    IReadOnlyList<long> EndOffsets();

    /// <summary>The greatest event time in the log, or null when it is empty.</summary>
    EventTime? Watermark();

    /// <summary>The events of a partition from an offset to the present end.</summary>
    IEnumerable<FulfillmentEvent> ReadFrom(int partition, long offset);
}

/// <summary>
/// The log of this process. Malformed lines go where the log's own readers put them, to the dead letters. A batch whose fate is unknown is compared with
/// what the log holds behind the mark, event by event, so that a killed replay repeats nothing, however often it is killed.
/// </summary>
/// <param name="log">Takes events.</param>
/// <param name="tail">Tells what it took.</param>
/// <param name="deadLetters">Takes malformed lines.</param>
/// <param name="layout">With <see cref="TopicLayout.PerOwner"/> each owner's events of a batch are appended on their own, one owner after the other.</param>
/// <param name="time">Real time, for the letters.</param>
public sealed class LogSink(IEventSink log, ILogTail tail, IDeadLetters deadLetters, TopicLayout layout, TimeProvider time) : IReplaySink
{
    /// <summary>The name of the sink that is the log of the home.</summary>
    public const string LogName = "log";

    private const string Origin = "replay";
    private FulfillmentEvent[] events = [];

    /// <inheritdoc/>
    public string Name => LogName;

    /// <inheritdoc/>
    public AppendResult Taken { get; private set; }

    /// <inheritdoc/>
    public ValueTask<EventTime?> WatermarkAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(tail.Watermark());

    /// <inheritdoc/>
    public ValueTask<bool> OpenAsync(string? mark, CancellationToken cancellationToken = default)
    {
        var ends = tail.EndOffsets();
        bool holds = mark is null || (Parse(mark) is var offsets && offsets.Length == ends.Count && ends.Zip(offsets).All(static pair => pair.First >= pair.Second));
        return ValueTask.FromResult(holds);
    }

    /// <inheritdoc/>
    public string? Mark() => string.Join(',', tail.EndOffsets());

    /// <inheritdoc/>
    public async ValueTask SendAsync(ReadOnlyMemory<Emission> batch, CancellationToken cancellationToken = default)
    {
        await SetAsideAsync(batch, cancellationToken);
        foreach (var part in layout.Split(batch))
        {
            int count = 0;
            if (events.Length < part.Length)
                events = new FulfillmentEvent[part.Length];
            foreach (ref readonly var emission in part.Span)
            {
                if (!emission.IsMalformed)
                    events[count++] = emission.Event;
            }

            if (count > 0)
                Taken += await log.AppendAsync(events.AsMemory(0, count), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<Emission>> MissingAsync(
        ReadOnlyMemory<Emission> batch, string? mark, int attempts, CancellationToken cancellationToken = default)
    {
        // A fault plan may put one event into a batch twice, so occurrences are counted.
        var held = new Dictionary<(OrderId, EventType, EventTime), int>();
        if (mark is not null)
        {
            long[] offsets = Parse(mark);
            for (int partition = 0; partition < offsets.Length; partition++)
            {
                foreach (var @event in tail.ReadFrom(partition, offsets[partition]))
                    Count(held, Key(@event), +1);
            }
        }

        var letters = await LinesSetAsideAsync(cancellationToken);
        var missing = new List<Emission>(batch.Length);
        for (int i = 0; i < batch.Length; i++)
        {
            var emission = batch.Span[i];
            bool taken = emission.Malformed is { } line ? letters.Contains(line) : Count(held, Key(emission.Event), -1);
            if (!taken)
                missing.Add(emission);
        }

        return missing.ToArray();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask SetAsideAsync(ReadOnlyMemory<Emission> batch, CancellationToken cancellationToken)
    {
        List<DeadLetter>? letters = null;
        for (int i = 0; i < batch.Length; i++)
        {
            if (batch.Span[i].Malformed is not { } line)
                continue;
            var content = RawContent.Of(line);
            EventJson.TryRead(content.Bytes.Span, out _, out var error);
            var now = time.GetUtcNow();
            letters ??= [];
            letters.Add(new DeadLetter(DeadLetterId.Next(now), now, Origin, error?.Field, error?.Reason ?? "Malformed on purpose.", content));
        }

        if (letters is not null)
            await deadLetters.AddAsync(letters, cancellationToken);
    }

    private async ValueTask<HashSet<string>> LinesSetAsideAsync(CancellationToken cancellationToken)
    {
        const int Page = 1000;
        var lines = new HashSet<string>(StringComparer.Ordinal);
        IReadOnlyList<DeadLetter> letters = [];
        do
        {
            letters = await deadLetters.ListAsync(letters.Count == 0 ? null : letters[^1].Id, Page, cancellationToken);
            lines.UnionWith(letters.Where(static letter => letter.Origin == Origin).Select(static letter => letter.Content.ToString()));
        }
        while (letters.Count == Page);
        return lines;
    }

    private static bool Count(Dictionary<(OrderId, EventType, EventTime), int> held, (OrderId, EventType, EventTime) key, int step)
    {
        int count = held.GetValueOrDefault(key);
        held[key] = Math.Max(0, count + step);
        return count > 0;
    }

    private static (OrderId, EventType, EventTime) Key(in FulfillmentEvent @event) => (@event.OrderId, @event.Type, @event.EventAt);

    private static long[] Parse(string mark) => [.. mark.Split(',').Select(long.Parse)];
}

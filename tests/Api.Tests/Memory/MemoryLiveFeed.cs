using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.Tests.Memory;

internal sealed class MemoryLiveFeed : ILiveFeed
{
    private readonly Lock gate = new();
    private readonly List<LiveChange> history = [];
    private readonly List<Channel<LiveChange>> subscribers = [];

    /// <summary>How many changes may wait for one subscriber.</summary>
    public int Bound { get; set; } = 10_000;

    public int SubscriberCount
    {
        get
        {
            lock (gate)
                return subscribers.Count;
        }
    }

    public void Publish(LiveKind kind, CaseCard? card, string? alert, EventTime? watermark)
    {
        lock (gate)
        {
            var change = new LiveChange(history.Count + 1, kind, card, alert, watermark);
            history.Add(change);
            subscribers.RemoveAll(subscriber => !subscriber.Writer.TryWrite(change) && subscriber.Writer.TryComplete());
        }
    }

    public async IAsyncEnumerable<LiveChange> SubscribeAsync(long? afterId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateBounded<LiveChange>(Bound);
        lock (gate)
        {
            if (afterId is { } after)
            {
                foreach (var change in history.Where(change => change.Id > after))
                    channel.Writer.TryWrite(change);
            }

            subscribers.Add(channel);
        }

        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(cancellationToken))
                yield return change;
        }
        finally
        {
            lock (gate)
                subscribers.Remove(channel);
        }
    }
}

using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Pipeline.Engine;

/// <summary>
/// Folds one partition: reads the log from where its store stands, a batch at a time. Any thread may take a step; steps never overlap. What was folded
/// is told to the observers before the next step.
/// </summary>
internal sealed class Projector : IDisposable
{
    private const int BatchLength = 4_096;
    private const int GateLength = 512;

    // A log that another process writes gives no signal.
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(250);

    private readonly IPartitionedLog log;
    private readonly LiveFeed? feed;
    private readonly EventHorizon horizon;
    private readonly Lock folding = new();
    private readonly RateMeter rate;
    private readonly FulfillmentEvent[] buffer = new FulfillmentEvent[BatchLength];
    private readonly CaseChanges changes = new();
    private readonly AutoResetEvent arrived = new(false);
    private ICaseObserver[] observers = [];
    private ILogCursor? cursor;
    private ProjectionFailedException? failure;

    public Projector(IPartitionedLog log, int partition, LiveFeed? feed, EventHorizon horizon, TimeProvider timeProvider)
    {
        this.log = log;
        this.feed = feed;
        this.horizon = horizon;
        Partition = partition;
        rate = new RateMeter(timeProvider);
    }

    public int Partition { get; }

    /// <summary>To be read and changed under <see cref="Gate"/>, or while folding is held off.</summary>
    public CaseStore Store { get; private set; } = new();

    public PartitionGate Gate { get; } = new();

    public double EventsPerSecond => rate.PerSecond;

    /// <summary>Whether changes go to the live feed.</summary>
    public bool Live { get; set; }

    /// <summary>Holds folding off; readers go on.</summary>
    public Lock.Scope Freeze() => folding.EnterScope();

    /// <summary>As <see cref="Freeze"/>, until <see cref="Release"/> by the same thread.</summary>
    public void Hold() => folding.Enter();

    public void Release() => folding.Exit();

    /// <summary>The offset after the last event that is folded.</summary>
    public long ProjectedOffset
    {
        get
        {
            using (Gate.EnterRead())
                return Store.ProjectedOffset;
        }
    }

    public void Signal() => arrived.Set();

    /// <summary>Folds what comes next and returns how much it was; 0 at the end of the log.</summary>
    /// <exception cref="ProjectionFailedException">The log cannot be read, or an observer failed; now or in an earlier step.</exception>
    public int Step()
    {
        using (folding.EnterScope())
        {
            if (failure is not null)
                throw failure;
            try
            {
                cursor ??= log.Read(Partition, Store.ProjectedOffset);
                int count = cursor.Read(buffer);
                if (count > 0)
                    Fold(buffer.AsSpan(0, count));
                return count;
            }
            catch (Exception exception)
            {
                failure = new ProjectionFailedException(Partition, Store.ProjectedOffset, exception);
                throw failure;
            }
        }
    }

    /// <summary>The log gives nothing more although it said that it goes on to an offset.</summary>
    public ProjectionFailedException EndedBefore(long offset) =>
        new(Partition, ProjectedOffset, new EndOfStreamException($"the log ends there, before offset {offset}, which it had reached."));

    /// <summary>Folds until the token is cancelled, waiting at the end of the log for what comes.</summary>
    public void Run(bool poll, CancellationToken cancellationToken)
    {
        var handles = new[] { arrived, cancellationToken.WaitHandle };
        while (!cancellationToken.IsCancellationRequested)
        {
            if (Step() == 0)
                WaitHandle.WaitAny(handles, poll ? PollPeriod : Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Tells an observer of every case there is, and from then on of every change; nothing is folded in between.</summary>
    public void Register(ICaseObserver observer)
    {
        const int Portion = 4_096;
        using (Freeze())
        {
            foreach (var portion in Store.Cases.Chunk(Portion))
                observer.Changed(Partition, portion);
            observers = [.. observers, observer];
        }
    }

    public void Unregister(ICaseObserver observer)
    {
        using (Freeze())
            observers = [.. observers.Where(known => !ReferenceEquals(known, observer))];
    }

    /// <summary>Goes on from another store; an earlier failure is forgotten.</summary>
    public void Reset(CaseStore store)
    {
        using (Freeze())
        {
            cursor?.Dispose();
            cursor = null;
            failure = null;
            using (Gate.EnterWrite())
                Store = store;
        }
    }

    public void Dispose()
    {
        using (Freeze())
        {
            cursor?.Dispose();
            cursor = null;
        }

        arrived.Dispose();
    }

    private void Fold(ReadOnlySpan<FulfillmentEvent> events)
    {
        bool live = Live && feed is not null;
        var noted = live || observers.Length > 0 ? changes : null;
        if (noted is not null)
            noted.WithCards = live;
        int count = events.Length;
        var lastCounted = horizon.Latest;
        while (!events.IsEmpty)
        {
            var next = events[..Math.Min(GateLength, events.Length)];
            using (Gate.EnterWrite())
                Store.ApplyBatch(next, noted, lastCounted);
            events = events[next.Length..];
        }

        rate.Mark(count);
        if (noted is null)
            return;
        try
        {
            if (noted.Cases.Count > 0)
            {
                foreach (var observer in observers)
                    observer.Changed(Partition, noted.Cases);
                if (live)
                    feed!.Publish(noted, Store.Watermark);
            }
        }
        finally
        {
            noted.Clear();
        }
    }
}

/// <summary>One partition cannot be folded any further. The log is untouched; the others go on.</summary>
public sealed class ProjectionFailedException : Exception
{
    internal ProjectionFailedException(int partition, long offset, Exception cause)
        : base($"Partition {partition} cannot be projected beyond offset {offset}: {cause.Message}", cause)
    {
        Partition = partition;
        Offset = offset;
    }

    /// <summary>The partition.</summary>
    public int Partition { get; }

    /// <summary>The offset after the last event that is folded.</summary>
    public long Offset { get; }
}

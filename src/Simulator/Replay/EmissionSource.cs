namespace Eip.Simulator.Replay;

/// <summary>Emissions one by one, with a look at the next.</summary>
internal sealed class EmissionSource : IDisposable
{
    private readonly IEnumerator<Emission> emissions;

    public EmissionSource(IEnumerable<Emission> emissions)
    {
        this.emissions = emissions.GetEnumerator();
        HasNext = this.emissions.MoveNext();
    }

    /// <summary>Whether there is another one.</summary>
    public bool HasNext { get; private set; }

    /// <summary>The next one; meaningful while there is one.</summary>
    public Emission Next => emissions.Current;

    /// <summary>How many were taken or skipped.</summary>
    public long Position { get; private set; }

    /// <summary>Takes the next one.</summary>
    public Emission Take()
    {
        var taken = emissions.Current;
        Position++;
        HasNext = emissions.MoveNext();
        return taken;
    }

    /// <summary>Skips what an earlier run emitted.</summary>
    public void Skip(long count, CancellationToken cancellationToken)
    {
        for (; count > 0 && HasNext; count--)
        {
            Position++;
            HasNext = emissions.MoveNext();
            if ((count & 0xFFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => emissions.Dispose();
}

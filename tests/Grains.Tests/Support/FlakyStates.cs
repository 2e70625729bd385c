using Eip.Domain;
using Eip.Grains.Abstractions;
using Eip.Grains.State;

namespace Eip.Grains.Tests.Support;

/// <summary>A store that fails now and then, before it did what it was asked or after.</summary>
internal sealed class FlakyStates(ICaseStates inner, int seed, double rate) : ICaseStates
{
    private readonly Lock gate = new();
    private readonly Random random = new(seed);

    public double Rate { get; set; } = rate;

    public int Failures { get; private set; }

    public async ValueTask<IReadOnlyDictionary<OrderId, CaseState>> LoadAsync(IReadOnlyCollection<OrderId> orders, CancellationToken cancellationToken = default)
    {
        Fail();
        return await inner.LoadAsync(orders, cancellationToken);
    }

    public async ValueTask<IReadOnlyCollection<OrderId>> StoreAsync(
        string partition, IReadOnlyList<CaseWrite> writes, CancellationToken cancellationToken = default)
    {
        Fail();
        var lost = await inner.StoreAsync(partition, writes, cancellationToken);
        Fail();
        return lost;
    }

    public async ValueTask<IReadOnlyList<LaneChange>> LoadLaneAsync(Lane lane, CancellationToken cancellationToken = default)
    {
        Fail();
        return await inner.LoadLaneAsync(lane, cancellationToken);
    }

    public async ValueTask<StorePosition> AdvanceAsync(IngestProgress progress, long from, Guid life, CancellationToken cancellationToken = default)
    {
        Fail();
        return await inner.AdvanceAsync(progress, from, life, cancellationToken);
    }

    public ValueTask<Guid> LifeAsync(CancellationToken cancellationToken = default) => inner.LifeAsync(cancellationToken);

    public ValueTask BeginLifeAsync(Guid ended, CancellationToken cancellationToken = default) => inner.BeginLifeAsync(ended, cancellationToken);

    public ValueTask<IReadOnlyList<Lane>> LanesAsync(CancellationToken cancellationToken = default) => inner.LanesAsync(cancellationToken);

    public ValueTask<IReadOnlyList<IngestProgress>> ProgressAsync(CancellationToken cancellationToken = default) => inner.ProgressAsync(cancellationToken);

    public IAsyncEnumerable<StoredCase> ReadAllAsync(CancellationToken cancellationToken = default) => inner.ReadAllAsync(cancellationToken);

    private void Fail()
    {
        lock (gate)
        {
            if (random.NextDouble() >= Rate)
                return;
            Failures++;
        }

        throw new IOException("The store fails for a moment.");
    }
}

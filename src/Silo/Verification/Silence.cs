using Eip.Pipeline.Ports;

namespace Eip.Silo.Verification;

/// <summary>Ends what waits for a store once the store was silent for too long; whatever it does within that time sets the clock back.</summary>
internal sealed class Silence : IDisposable
{
    private readonly string store;
    private readonly TimeSpan patience;
    private readonly CancellationToken outer;
    private readonly CancellationTokenSource limit = new();
    private readonly CancellationTokenSource either;

    public Silence(string store, TimeSpan patience, CancellationToken outer)
    {
        (this.store, this.patience, this.outer) = (store, patience, outer);
        either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, outer);
        Broken();
    }

    /// <summary>For whatever waits.</summary>
    public CancellationToken Token => either.Token;

    /// <summary>The store did something.</summary>
    public void Broken() => limit.CancelAfter(patience);

    /// <summary>The store is asked nothing for a while.</summary>
    public void Pause() => limit.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Waits for it.</summary>
    /// <exception cref="StoreUnavailableException">The store was silent for too long.</exception>
    public async Task<T> GuardAsync<T>(Task<T> waiting)
    {
        try
        {
            return await waiting;
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested && !outer.IsCancellationRequested)
        {
            throw new StoreUnavailableException($"{store} gave no answer for {patience.TotalSeconds:0} s; --patience says how long it may be silent.", exception);
        }
    }

    /// <inheritdoc cref="GuardAsync{T}(Task{T})"/>
    public Task GuardAsync(Task waiting) => GuardAsync(ThenAsync(waiting));

    public void Dispose()
    {
        either.Dispose();
        limit.Dispose();
    }

    private static async Task<bool> ThenAsync(Task waiting)
    {
        await waiting;
        return true;
    }
}

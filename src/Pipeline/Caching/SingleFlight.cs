namespace Eip.Pipeline.Caching;

/// <summary>
/// Of many who ask for one key at once, one works and all get what comes out. The work belongs to everybody who waits for it: it is cancelled only when
/// all of them have given up, and its failure reaches all of them.
/// </summary>
/// <typeparam name="TResult">What the work gives.</typeparam>
public sealed class SingleFlight<TResult>
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Flight> flights = new(StringComparer.Ordinal);

    /// <summary>Joins the work that is under way for a key, or does it. The work must not ask for its own key.</summary>
    public async ValueTask<TResult> RunAsync(
        string key, Func<CancellationToken, ValueTask<TResult>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(work);
        cancellationToken.ThrowIfCancellationRequested();
        Flight? flight;
        bool leads = false;
        lock (gate)
        {
            if (!flights.TryGetValue(key, out flight))
            {
                flights.Add(key, flight = new Flight(key));
                leads = true;
            }

            flight.Waiters++;
        }

        if (leads)
            _ = FlyAsync(flight, work);
        try
        {
            return await flight.Landed.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Leave(flight);
        }
    }

    private async Task FlyAsync(Flight flight, Func<CancellationToken, ValueTask<TResult>> work)
    {
        try
        {
            var result = await work(flight.Abandoned.Token);
            Remove(flight);
            flight.Landed.TrySetResult(result);
        }
#pragma warning disable CA1031 // Whatever the work throws belongs to those who wait for it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Remove(flight);
            flight.Landed.TrySetException(exception);
            // Those who have gone do not look at it.
            _ = flight.Landed.Task.Exception;
        }
    }

    private void Leave(Flight flight)
    {
        lock (gate)
        {
            if (--flight.Waiters > 0 || flight.Landed.Task.IsCompleted)
                return;
            Remove(flight);
        }

        // Nobody is interested any more.
        flight.Abandoned.Cancel();
    }

    private void Remove(Flight flight)
    {
        lock (gate)
        {
            if (flights.TryGetValue(flight.Key, out var current) && current == flight)
                flights.Remove(flight.Key);
        }
    }

    private sealed class Flight(string key)
    {
        public string Key { get; } = key;

        public TaskCompletionSource<TResult> Landed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationTokenSource Abandoned { get; } = new();

        public int Waiters { get; set; }
    }
}

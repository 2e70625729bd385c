using System.Collections.Concurrent;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Grains.Tests.Support;

/// <summary><c>route_stats_daily</c> in memory, as any silo of a test sees it.</summary>
internal sealed class MemoryRouteStats : IRouteStatsStore
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<(DateOnly, uint), RouteStats> rows = [];

    public IReadOnlyList<RouteStats> Rows
    {
        get
        {
            lock (gate)
                return [.. rows.Values];
        }
    }

    public Task ApplyAsync(IReadOnlyCollection<RouteStats> changed, IReadOnlyCollection<RouteStatsKey> removed, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            foreach (var row in changed)
                rows[(row.StatDate, row.Lane.Code)] = row;
            foreach (var key in removed)
                rows.Remove((key.StatDate, key.Lane.Code));
        }

        return Task.CompletedTask;
    }

    public async Task ReplaceAllAsync(IReadOnlyCollection<RouteStats> all, CancellationToken cancellationToken = default)
    {
        lock (gate)
            rows.Clear();
        await ApplyAsync(all, [], cancellationToken);
    }
}

/// <summary>Dead letters in memory.</summary>
internal sealed class MemoryDeadLetters : IDeadLetters
{
    private readonly ConcurrentDictionary<string, DeadLetter> letters = new();

    public IReadOnlyList<DeadLetter> All => [.. letters.Values.OrderBy(static letter => letter.Id, StringComparer.Ordinal)];

    public ValueTask AddAsync(IReadOnlyCollection<DeadLetter> added, CancellationToken cancellationToken = default)
    {
        foreach (var letter in added)
            letters[letter.Id] = letter;
        return default;
    }

    public ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string? afterId, int limit, CancellationToken cancellationToken = default) => new(All);

    public ValueTask<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken = default) => new(letters.GetValueOrDefault(id));

    public ValueTask<long> CountAsync(CancellationToken cancellationToken = default) => new(letters.Count);

    public ValueTask<DeadLetterRetry> RetryAsync(string id, CancellationToken cancellationToken = default) =>
        new(new DeadLetterRetry(DeadLetterOutcome.NotFound));
}

namespace Eip.Silo.Health;

/// <summary>How a store is looked at, and what depends on it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Place">Where it is, without credentials.</param>
/// <param name="Serves">The kinds of requests that need it.</param>
/// <param name="Lacks">What is not done while it is away, in words that follow "until it is back".</param>
/// <param name="LookAsync">Why it cannot be used; null when it can. It may throw instead.</param>
internal sealed record StoreProbe(string Name, string Place, IReadOnlyList<string> Serves, string Lacks, Func<CancellationToken, Task<string?>> LookAsync);

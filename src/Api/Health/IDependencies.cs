namespace Eip.Api.Health;

/// <summary>What outside the host its work needs.</summary>
public interface IDependencies
{
    /// <summary>Each, as it was seen last.</summary>
    IReadOnlyList<DependencyState> States();
}

/// <summary>A store or broker, as a host sees it.</summary>
/// <param name="Name">What it is, such as <c>Kafka</c>.</param>
/// <param name="Serves">What needs it, of <see cref="ServedKinds.All"/>.</param>
/// <param name="Trouble">Why it cannot be used, in a sentence for people; null while it can.</param>
public sealed record DependencyState(string Name, IReadOnlyList<string> Serves, string? Trouble);

/// <summary>The kinds of requests that a load balancer may tell apart.</summary>
public static class ServedKinds
{
    /// <summary>Cards, lanes, overview.</summary>
    public const string Reads = "reads";

    /// <summary>Search, and what is drawn from it.</summary>
    public const string Search = "search";

    /// <summary><c>POST /events</c>.</summary>
    public const string Ingest = "ingest";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Reads, Search, Ingest];
}

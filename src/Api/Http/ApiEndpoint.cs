using Eip.Api.Queries;

namespace Eip.Api.Http;

/// <summary>What is said about an endpoint in one place: its parameters guard it, its texts and examples document it.</summary>
/// <param name="Name">Its name, unique: operation id and key of the cache policy.</param>
/// <param name="Tag">Under which heading it stands.</param>
/// <param name="Pattern">Its path.</param>
/// <param name="Summary">What it is for, in a sentence.</param>
internal sealed record ApiEndpoint(string Name, string Tag, string Pattern, string Summary)
{
    /// <summary>Query parameters it takes.</summary>
    public IReadOnlyList<ApiParameter> Parameters { get; init; } = [];

    /// <summary>Media types it answers with beside JSON.</summary>
    public IReadOnlyList<string> OtherFormats { get; init; } = [];

    /// <summary>Media types of the body that it takes.</summary>
    public IReadOnlyList<string> Accepts { get; init; } = [];

    /// <summary>The type of a JSON body that it takes; null when there is none, or it holds events.</summary>
    public Type? Body { get; init; }

    /// <summary>Statuses of problems that it may answer with, beside those that any request may have.</summary>
    public IReadOnlyList<int> Problems { get; init; } = [];

    /// <summary>Whether its answer depends on how far the projections are; others work while the store that knows it is away.</summary>
    public bool NeedsWatermark { get; init; } = true;

    /// <summary>Whether the request's timeout does not apply.</summary>
    public bool IsStream { get; init; }
}

namespace Eip.Storage.Elasticsearch.Indices;

/// <summary>Whose indices they are. Nothing is answered from another's.</summary>
public sealed class IndexOwnership
{
    private volatile TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? refusal;

    /// <summary>Why the indices are not used; null while nothing speaks against it.</summary>
    public string? Refusal => refusal;

    /// <summary>Completes once the indices are known to be the caller's.</summary>
    public Task HeldAsync(CancellationToken cancellationToken = default) => held.Task.WaitAsync(cancellationToken);

    /// <summary>Refuses to use another's indices.</summary>
    /// <exception cref="SearchIndexException">They are another's; the message says whose.</exception>
    internal void Check()
    {
        if (refusal is { } reason)
            throw new SearchIndexException(reason);
    }

    internal void Hold()
    {
        refusal = null;
        held.TrySetResult();
    }

    internal void Refuse(string reason)
    {
        refusal = reason;
        if (held.Task.IsCompleted)
            held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>Whom an index belongs to.</summary>
/// <param name="Cluster">The name of the cluster.</param>
/// <param name="Log">The log that its documents come from, told from any other.</param>
public sealed record IndexOwner(string Cluster, string Log)
{
    /// <inheritdoc/>
    public override string ToString() => $"the cluster '{Cluster}' (log: {Log})";
}

namespace Eip.Pipeline.Ports;

/// <summary>Keeps cases where others search them. Every call is idempotent: a case replaces one of a lower version and loses against any other.</summary>
public interface ICaseProjection
{
    /// <summary>
    /// Stores cases. When the task completes they are durable as the store defines it, or set aside with their reason; when it fails, any of them may
    /// or may not have been stored, and the same cases, or newer ones, are given again.
    /// </summary>
    Task StoreAsync(IReadOnlyList<CaseSnapshot> cases, CancellationToken cancellationToken = default);
}

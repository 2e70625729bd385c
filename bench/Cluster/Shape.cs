namespace Eip.Cluster.Bench;

/// <summary>What a trial runs.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="IsStream">Whether events come from Kafka; otherwise a loop hands them to the ingest grains.</param>
/// <param name="IsDurable">Whether PostgreSQL holds the state; otherwise memory does.</param>
/// <param name="HasStores">Whether Elasticsearch and Redis are there as well.</param>
internal sealed record Shape(string Name, bool IsStream, bool IsDurable, bool HasStores);

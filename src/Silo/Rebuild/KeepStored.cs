using Eip.Silo.Kafka;
using Eip.Silo.State;
using Eip.Streams.Kafka.Continuity;
using Npgsql;

namespace Eip.Silo.Rebuild;

/// <summary>
/// Goes on where the log does not: what is stored is kept as it is, and the partitions whose log is broken off are folded on top of it, from the first
/// record that is left. What is stored holds more than the log from then on.
/// </summary>
internal static class KeepStored
{
    private const string Statement =
        """
        insert into eip_ingest (partition, next_offset, topic_id) values ($1, $2, $3)
        on conflict (partition) do update set next_offset = excluded.next_offset, topic_id = excluded.topic_id
        """;

    /// <summary>Sets the positions of the broken partitions; returns what was broken in each, and goes on now.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(NpgsqlDataSource database, KafkaExtents extents, CancellationToken cancellationToken)
    {
        var stored = (await new PostgresCaseStates(database).ProgressAsync(cancellationToken)).ToDictionary(static progress => progress.Partition, StringComparer.Ordinal);
        var gone = new List<string>();
        foreach (var (partition, log) in (await extents.ReadAsync(cancellationToken)).OrderBy(static partition => partition.Key, StringComparer.Ordinal))
        {
            var position = stored.GetValueOrDefault(partition) is { } known ? new StoredPosition(known.NextOffset, known.TopicId) : null;
            if (LogContinuity.Judge(partition, position, log) is null)
                continue;
            await using var command = database.CreateCommand(Statement);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = partition });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = log.Begin });
            command.Parameters.Add(new NpgsqlParameter { Value = (object?)log.TopicId ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
            await command.ExecuteNonQueryAsync(cancellationToken);
            gone.Add($"{partition}: stored up to offset {position?.NextOffset ?? 0:n0}, goes on at {log.Begin:n0}");
        }

        return gone;
    }
}

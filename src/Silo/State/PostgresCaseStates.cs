using System.Runtime.CompilerServices;
using Eip.Domain;
using Eip.Grains.Abstractions;
using Eip.Grains.State;
using Npgsql;
using NpgsqlTypes;

namespace Eip.Silo.State;

/// <summary>Cases in PostgreSQL: one statement seeds a batch, one stores it.</summary>
public sealed class PostgresCaseStates(NpgsqlDataSource database) : ICaseStates
{
    // A row is written when it is new, when it was written in the same life before, or when it is what this life began with. The insert counts the
    // orders that are new in the same transaction, so that the number is exact after any death.
    private const string StoreStatement =
        """
        with written as (
            insert into eip_case as stored (order_id, version, writer, base_version, base_writer, lane, state)
            select * from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::integer[], $8::bytea[])
            on conflict (order_id) do update
            set version = excluded.version, writer = excluded.writer, base_version = excluded.base_version, base_writer = excluded.base_writer,
                lane = excluded.lane, state = excluded.state
            where (stored.writer = excluded.writer and stored.version < excluded.version)
                or (stored.writer = excluded.base_writer and stored.version = excluded.base_version)
            returning order_id, xmax = 0 as added),
        counted as (
            insert into eip_ingest as known (partition, order_count)
            select $1, count(*) from written where added having count(*) > 0
            on conflict (partition) do update set order_count = known.order_count + excluded.order_count)
        select count(*) from written
        """;

    private const string LanesStatement =
        """
        with recursive lanes as (
            (select lane from eip_case where lane is not null order by lane limit 1)
            union all
            select (select c.lane from eip_case c where c.lane > lanes.lane order by c.lane limit 1) from lanes where lanes.lane is not null)
        select lane from lanes where lane is not null
        """;

    private const string AdvanceStatement =
        """
        insert into eip_ingest as known (partition, next_offset, watermark, events_per_second, updated_at, topic_id)
        select $1, $2, $3, $4, $5, $6 from eip_store
        where life = $7 and ($8 = 0 or exists (select from eip_ingest where partition = $1))
        on conflict (partition) do update
        set next_offset = greatest(known.next_offset, excluded.next_offset), watermark = greatest(known.watermark, excluded.watermark),
            events_per_second = excluded.events_per_second, updated_at = excluded.updated_at, topic_id = coalesce(excluded.topic_id, known.topic_id)
        where known.next_offset >= $8
        returning next_offset
        """;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<OrderId, CaseState>> LoadAsync(
        IReadOnlyCollection<OrderId> orders, CancellationToken cancellationToken = default)
    {
        var found = new Dictionary<OrderId, CaseState>(orders.Count);
        await using var command = database.CreateCommand("select order_id, state, version, writer from eip_case where order_id = any($1)");
        command.Parameters.Add(Texts(orders));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            found[OrderId.Parse(reader.GetString(0))] = State(reader);
        return found;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyCollection<OrderId>> StoreAsync(
        string partition, IReadOnlyList<CaseWrite> writes, CancellationToken cancellationToken = default)
    {
        if (writes.Count == 0)
            return [];
        await using (var command = database.CreateCommand(StoreStatement))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = partition });
            command.Parameters.Add(Texts(writes.Select(static write => write.OrderId)));
            command.Parameters.Add(Numbers(writes, static outcome => outcome.State.Version));
            command.Parameters.Add(Numbers(writes, static outcome => outcome.State.Writer));
            command.Parameters.Add(Numbers(writes, static outcome => outcome.BaseVersion));
            command.Parameters.Add(Numbers(writes, static outcome => outcome.BaseWriter));
            command.Parameters.Add(Array(writes, static outcome => (int?)outcome.Lane, NpgsqlDbType.Integer));
            command.Parameters.Add(Array(writes, static outcome => outcome.State.Body, NpgsqlDbType.Bytea));
            if ((long)(await command.ExecuteScalarAsync(cancellationToken))! == writes.Count)
                return [];
        }

        return await LostAsync(writes, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LaneChange>> LoadLaneAsync(Lane lane, CancellationToken cancellationToken = default)
    {
        var changes = new List<LaneChange>();
        await using var command = database.CreateCommand("select order_id, state, version, writer from eip_case where lane = $1");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = (int)lane.Code });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var order = OrderId.Parse(reader.GetString(0));
            var state = State(reader);
            if (state.Restore(order, out _).Contribution() is { } contribution)
                changes.Add(new LaneChange(order, state.Version, contribution));
        }

        return changes;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Lane>> LanesAsync(CancellationToken cancellationToken = default)
    {
        var lanes = new List<Lane>();
        await using var command = database.CreateCommand(LanesStatement);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            lanes.Add(Lane.FromCode((uint)reader.GetInt32(0)));
        return lanes;
    }

    /// <inheritdoc/>
    public async ValueTask<StorePosition> AdvanceAsync(IngestProgress progress, long from, Guid life, CancellationToken cancellationToken = default)
    {
        await using (var command = database.CreateCommand(AdvanceStatement))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = progress.Partition });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = progress.NextOffset });
            command.Parameters.Add(new NpgsqlParameter { Value = (object?)progress.Watermark?.UnixSeconds ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
            command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = progress.EventsPerSecond });
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = progress.At.UtcDateTime });
            command.Parameters.Add(new NpgsqlParameter { Value = (object?)progress.TopicId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = life });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
            if (await command.ExecuteScalarAsync(cancellationToken) is long next)
                return new StorePosition(next, life);
        }

        return await PositionAsync(progress.Partition, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<Guid> LifeAsync(CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand("select life from eip_store");
        return (Guid)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <inheritdoc/>
    public async ValueTask BeginLifeAsync(Guid ended, CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand("update eip_store set life = gen_random_uuid() where life = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = ended });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<IngestProgress>> ProgressAsync(CancellationToken cancellationToken = default)
    {
        var partitions = new List<IngestProgress>();
        await using var command = database.CreateCommand(
            "select partition, next_offset, watermark, events_per_second, updated_at, order_count, topic_id from eip_ingest order by partition");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            EventTime? watermark = await reader.IsDBNullAsync(2, cancellationToken) ? null : new EventTime(reader.GetInt64(2));
            string? topicId = await reader.IsDBNullAsync(6, cancellationToken) ? null : reader.GetString(6);
            partitions.Add(new IngestProgress(
                reader.GetString(0), reader.GetInt64(1), watermark, reader.GetDouble(3), reader.GetFieldValue<DateTimeOffset>(4), reader.GetInt64(5), topicId));
        }

        return partitions;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredCase> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand("select order_id, state, version, writer from eip_case order by order_id");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            yield return new StoredCase(OrderId.Parse(reader.GetString(0)), State(reader));
    }

    private async ValueTask<StorePosition> PositionAsync(string partition, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select coalesce((select next_offset from eip_ingest where partition = $1), 0), life from eip_store");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = partition });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new StorePosition(reader.GetInt64(0), reader.GetGuid(1));
    }

    // Those that are not lost are written, or were written later in the same life; the others were written by somebody else.
    private async ValueTask<IReadOnlyCollection<OrderId>> LostAsync(IReadOnlyList<CaseWrite> writes, CancellationToken cancellationToken)
    {
        var lost = writes.ToDictionary(static write => write.OrderId, static write => write.Outcome.State);
        await using var command = database.CreateCommand("select order_id, version, writer from eip_case where order_id = any($1)");
        command.Parameters.Add(Texts(lost.Keys));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var order = OrderId.Parse(reader.GetString(0));
            var state = lost[order];
            if (reader.GetInt64(2) == state.Writer && reader.GetInt64(1) >= state.Version)
                lost.Remove(order);
        }

        return lost.Keys;
    }

    private static CaseState State(NpgsqlDataReader reader) => new(reader.GetFieldValue<byte[]>(1), reader.GetInt64(2), reader.GetInt64(3));

    private static NpgsqlParameter<string[]> Texts(IEnumerable<OrderId> orders) => new NpgsqlParameter<string[]>
    {
        TypedValue = [.. orders.Select(static order => order.ToString())],
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
    };

    private static NpgsqlParameter<long[]> Numbers(IReadOnlyList<CaseWrite> writes, Func<CaseOutcome, long> value) => Array(writes, value, NpgsqlDbType.Bigint);

    private static NpgsqlParameter<T[]> Array<T>(IReadOnlyList<CaseWrite> writes, Func<CaseOutcome, T> value, NpgsqlDbType type)
    {
        var values = new T[writes.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = value(writes[i].Outcome);
        return new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
    }
}

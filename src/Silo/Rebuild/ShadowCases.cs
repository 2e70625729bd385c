using Eip.Domain;
using Eip.Grains.Abstractions;
using Eip.Pipeline.Ports;
using Npgsql;
using NpgsqlTypes;

namespace Eip.Silo.Rebuild;

/// <summary>
/// Cases that are made anew beside those that serve, in tables of the same names in a schema of their own, each batch in one transaction with the position
/// that it ends at: a rebuild that was broken off goes on there. At the end they take the place of the old ones in one transaction.
/// </summary>
/// <param name="database">The database of the cluster.</param>
internal sealed class ShadowCases(NpgsqlDataSource database)
{
    private const string Schema = "eip_rebuild";

    // One rebuild at a time: "eipb" in ASCII.
    private const long LockKey = 0x65697062;

    private const string CreateStatement =
        $"""
        create schema if not exists {Schema};
        create table if not exists {Schema}.eip_case (like eip_case including all);
        create table if not exists {Schema}.eip_ingest (like eip_ingest including all);
        """;

    private const string StoreStatement =
        $"""
        insert into {Schema}.eip_case as stored (order_id, version, writer, base_version, base_writer, lane, state)
        select order_id, version, $1, 0, 0, lane, state from unnest($2::text[], $3::bigint[], $4::integer[], $5::bytea[]) as added (order_id, version, lane, state)
        on conflict (order_id) do update set version = excluded.version, writer = excluded.writer, lane = excluded.lane, state = excluded.state
        """;

    private const string AdvanceStatement =
        $"""
        insert into {Schema}.eip_ingest as known (partition, next_offset, watermark, order_count, topic_id) values ($1, $2, $3, $4, $5)
        on conflict (partition) do update
        set next_offset = excluded.next_offset, watermark = greatest(known.watermark, excluded.watermark),
            order_count = known.order_count + excluded.order_count, updated_at = now()
        """;

    // Names of indices are those of the migrations again. Silos see another life, and begin where the new positions are.
    private const string SwapStatement =
        $"""
        lock table eip_case, eip_ingest in access exclusive mode;
        drop table eip_case;
        alter table {Schema}.eip_case set schema public;
        alter index if exists eip_case_lane_idx rename to eip_case_lane;
        delete from eip_ingest;
        insert into eip_ingest select * from {Schema}.eip_ingest;
        update eip_store set life = gen_random_uuid();
        drop schema {Schema} cascade;
        """;

    private readonly long writer = Random.Shared.NextInt64(1, long.MaxValue);

    /// <summary>Runs a rebuild, and keeps others from it meanwhile.</summary>
    /// <exception cref="InvalidOperationException">Another rebuild runs.</exception>
    public async Task<T> AloneAsync<T>(Func<Task<T>> rebuild, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var enter = new NpgsqlCommand($"select pg_try_advisory_lock({LockKey})", connection);
        if (!(bool)(await enter.ExecuteScalarAsync(cancellationToken))!)
            throw new InvalidOperationException("Another 'eip rebuild --cluster' runs on this database.");
        try
        {
            return await rebuild();
        }
        finally
        {
            // The connection lives on in its pool, and its locks with it.
            await using var leave = new NpgsqlCommand($"select pg_advisory_unlock({LockKey})", connection);
            await leave.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    /// <summary>Makes the tables, or finds those of a rebuild that was broken off, and tells how far that came by partition.</summary>
    /// <param name="topics">The id of each partition's topic now; what was begun with other ones is thrown away.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyDictionary<string, long>> PrepareAsync(IReadOnlyDictionary<string, string?> topics, CancellationToken cancellationToken)
    {
        await RunAsync(CreateStatement, cancellationToken);
        var positions = new Dictionary<string, long>(StringComparer.Ordinal);
        bool isOfOtherTopics = false;
        await using (var command = database.CreateCommand($"select partition, next_offset, topic_id from {Schema}.eip_ingest"))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                positions.Add(reader.GetString(0), reader.GetInt64(1));
                string? id = await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetString(2);
                isOfOtherTopics |= !topics.TryGetValue(reader.GetString(0), out string? now) || now != id;
            }
        }

        if (!isOfOtherTopics)
            return positions;
        await RunAsync($"drop schema {Schema} cascade", cancellationToken);
        await RunAsync(CreateStatement, cancellationToken);
        return new Dictionary<string, long>();
    }

    /// <summary>Folds events of a partition in, and notes where they end.</summary>
    public async Task FoldAsync(
        string partition, string? topicId, IReadOnlyList<FulfillmentEvent> events, long nextOffset, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var cases = await LoadAsync(connection, [.. events.Select(static @event => @event.OrderId).Distinct()], cancellationToken);
        int added = 0;
        EventTime? watermark = null;
        var lastCounted = new EventHorizon(TimeProvider.System).Latest;
        foreach (var @event in events)
        {
            if (!cases.TryGetValue(@event.OrderId, out var @case))
            {
                cases.Add(@event.OrderId, @case = new FulfillmentCase(@event.OrderId));
                added++;
            }

            @case.Apply(@event);
            if (@event.EventAt <= lastCounted && !(watermark >= @event.EventAt))
                watermark = @event.EventAt;
        }

        if (cases.Count > 0)
            await StoreAsync(connection, cases, cancellationToken);
        await using (var command = new NpgsqlCommand(AdvanceStatement, connection))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = partition });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = nextOffset });
            command.Parameters.Add(new NpgsqlParameter { Value = (object?)watermark?.UnixSeconds ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = added });
            command.Parameters.Add(new NpgsqlParameter { Value = (object?)topicId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>How many orders serve that were not made anew.</summary>
    public async Task<long> MissingAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"select count(*) from eip_case old where not exists (select from {Schema}.eip_case made where made.order_id = old.order_id)");
        command.CommandTimeout = 0;
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Every case that was made, in the order of the ids.</summary>
    public async IAsyncEnumerable<FulfillmentCase> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"select order_id, state, version, writer from {Schema}.eip_case order by order_id");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            yield return Case(reader);
    }

    /// <summary>Puts what was made in the place of what serves.</summary>
    public Task SwapAsync(CancellationToken cancellationToken) => RunAsync(SwapStatement, cancellationToken);

    private static FulfillmentCase Case(NpgsqlDataReader reader) =>
        new CaseState(reader.GetFieldValue<byte[]>(1), reader.GetInt64(2), reader.GetInt64(3)).Restore(OrderId.Parse(reader.GetString(0)), out _);

    private static async Task<Dictionary<OrderId, FulfillmentCase>> LoadAsync(NpgsqlConnection connection, OrderId[] orders, CancellationToken cancellationToken)
    {
        var cases = new Dictionary<OrderId, FulfillmentCase>(orders.Length);
        await using var command = new NpgsqlCommand($"select order_id, state, version, writer from {Schema}.eip_case where order_id = any($1)", connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. orders.Select(static order => order.ToString())] });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var @case = Case(reader);
            cases.Add(@case.OrderId, @case);
        }

        return cases;
    }

    private async Task StoreAsync(NpgsqlConnection connection, Dictionary<OrderId, FulfillmentCase> cases, CancellationToken cancellationToken)
    {
        FulfillmentCase[] all = [.. cases.Values];
        await using var command = new NpgsqlCommand(StoreStatement, connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = writer });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = Array.ConvertAll(all, static @case => @case.OrderId.ToString()) });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(all, static @case => @case.Version) });
        command.Parameters.Add(new NpgsqlParameter<int?[]> { TypedValue = Array.ConvertAll(all, static @case => (int?)@case.Lane?.Code) });
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = Array.ConvertAll(all, @case => CaseState.Of(@case, [], writer).Body) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task RunAsync(string statements, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(statements, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}

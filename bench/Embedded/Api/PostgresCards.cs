using Eip.Domain;
using Npgsql;
using NpgsqlTypes;

namespace Eip.Bench.Api;

/// <summary>The same cards in a table of PostgreSQL with an index for each question, and the questions in SQL with prepared statements.</summary>
internal sealed class PostgresCards(NpgsqlDataSource database) : IAsyncDisposable
{
    private const string Schema = """
        drop table if exists bench_cards;
        create unlogged table bench_cards (
          order_id text not null, status text not null, ordered_at timestamptz, approved_at timestamptz, handoff_at timestamptz, delivered_at timestamptz,
          delayed_at timestamptz, cancelled_at timestamptz, promised_at timestamptz, seller_region text, customer_region text,
          handling_seconds bigint, transit_seconds bigint, lead_time_seconds bigint, is_late boolean not null, anomalies int not null);
        """;

    private const string Indexes = """
        create unique index on bench_cards (order_id);
        create index on bench_cards (status, seller_region, ordered_at desc, order_id);
        create index on bench_cards (seller_region, customer_region, delivered_at);
        analyze bench_cards;
        """;

    private const string FacetsSql = """
        with found as materialized (
          select * from bench_cards where status = $1 and seller_region = $2 and ordered_at >= $3 and ordered_at < $4)
        select 'total', null, count(*) from found
        union all select 'status', status, count(*) from found group by status
        union all select 'seller', seller_region, count(*) from found group by seller_region
        union all select 'customer', customer_region, count(*) from found group by customer_region
        union all select 'anomaly', anomalies::text, count(*) from found group by anomalies
        """;

    private const string PageSql =
        "select * from bench_cards where status = $1 and seller_region = $2 and ordered_at >= $3 and ordered_at < $4 order by ordered_at desc, order_id limit 50";

    private const string LaneSql = """
        select days, count(*) filter (where lead_time_seconds is not null), avg(lead_time_seconds), percentile_disc(0.5) within group (order by lead_time_seconds),
          percentile_disc(0.95) within group (order by lead_time_seconds), count(*) filter (where is_late), avg(handling_seconds), avg(transit_seconds)
        from (values (1), (7), (30), (90)) window_of(days)
        left join bench_cards on seller_region = $1 and customer_region = $2 and status <> 'CANCELLED'
          and delivered_at >= $3 - make_interval(days => days) and delivered_at < $3
        group by days order by days
        """;

    /// <summary>Fills the table.</summary>
    public static async Task<PostgresCards> LoadAsync(string connectionString, IEnumerable<CaseCard> cards)
    {
        var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 32, MaxAutoPrepare = 0 }.ConnectionString);
        await using var connection = await database.OpenConnectionAsync();
        await ExecuteAsync(connection, Schema);
        await using (var rows = await connection.BeginBinaryImportAsync("copy bench_cards from stdin (format binary)"))
        {
            foreach (var card in cards)
                await WriteAsync(rows, card);
            await rows.CompleteAsync();
        }

        await ExecuteAsync(connection, Indexes);
        return new PostgresCards(database);
    }

    /// <summary>A client with a connection of its own.</summary>
    public async Task<Client> OpenAsync() => await Client.OpenAsync(await database.OpenConnectionAsync());

    public async ValueTask DisposeAsync()
    {
        await using (var connection = await database.OpenConnectionAsync())
            await ExecuteAsync(connection, "drop table bench_cards");
        await database.DisposeAsync();
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter rows, CaseCard card)
    {
        await rows.StartRowAsync();
        await rows.WriteAsync(card.OrderId.ToString(), NpgsqlDbType.Text);
        await rows.WriteAsync(card.CurrentStatus.Name(), NpgsqlDbType.Text);
        foreach (var time in new[] { card.OrderedAt, card.ApprovedAt, card.HandoffAt, card.DeliveredAt, card.DelayedAt, card.CancelledAt, card.EstimatedDeliveryAt })
            await (time is { } known ? rows.WriteAsync(known.ToDateTimeOffset(), NpgsqlDbType.TimestampTz) : rows.WriteNullAsync());
        foreach (string? region in new[] { card.SellerRegion.Text, card.CustomerRegion.Text })
            await (region is null ? rows.WriteNullAsync() : rows.WriteAsync(region, NpgsqlDbType.Text));
        foreach (long? seconds in new[] { card.HandlingSeconds, card.TransitSeconds, card.LeadTimeSeconds })
            await (seconds is { } known ? rows.WriteAsync(known, NpgsqlDbType.Bigint) : rows.WriteNullAsync());
        await rows.WriteAsync(card.IsLate, NpgsqlDbType.Boolean);
        await rows.WriteAsync((int)card.Anomalies, NpgsqlDbType.Integer);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>One connection and its prepared statements.</summary>
    internal sealed class Client(NpgsqlConnection connection, NpgsqlCommand card, NpgsqlBatch search, NpgsqlCommand lane) : IDisposable
    {
        // The windows end where the synthetic orders do.
        private static readonly DateTimeOffset End = new(2018, 10, 18, 0, 0, 0, TimeSpan.Zero);

        public static async Task<Client> OpenAsync(NpgsqlConnection connection)
        {
            var card = Command(connection, "select * from bench_cards where order_id = $1", NpgsqlDbType.Text);
            // Counts and page in one round trip.
            var search = new NpgsqlBatch(connection) { BatchCommands = { Part(FacetsSql), Part(PageSql) } };
            var lane = Command(connection, LaneSql, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.TimestampTz);
            await card.PrepareAsync();
            await search.PrepareAsync();
            await lane.PrepareAsync();
            return new Client(connection, card, search, lane);
        }

        public ValueTask CardAsync(string orderId)
        {
            card.Parameters[0].Value = orderId;
            return ReadAsync(card.ExecuteReaderAsync());
        }

        public ValueTask SearchAsync((string Status, string Region, DateOnly From, DateOnly To) asked)
        {
            foreach (var part in search.BatchCommands)
            {
                part.Parameters[0].Value = asked.Status;
                part.Parameters[1].Value = asked.Region;
                part.Parameters[2].Value = new DateTimeOffset(asked.From, TimeOnly.MinValue, TimeSpan.Zero);
                part.Parameters[3].Value = new DateTimeOffset(asked.To.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);
            }

            return ReadAsync(search.ExecuteReaderAsync());
        }

        public ValueTask LaneAsync(Lane asked)
        {
            lane.Parameters[0].Value = asked.Seller.ToString();
            lane.Parameters[1].Value = asked.Customer.ToString();
            lane.Parameters[2].Value = End;
            return ReadAsync(lane.ExecuteReaderAsync());
        }

        public void Dispose()
        {
            card.Dispose();
            search.Dispose();
            lane.Dispose();
            connection.Dispose();
        }

        private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<NpgsqlDbType> types)
        {
            var command = new NpgsqlCommand(sql, connection);
            foreach (var type in types)
                command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = DBNull.Value });
            return command;
        }

        private static NpgsqlBatchCommand Part(string sql)
        {
            var part = new NpgsqlBatchCommand(sql);
            foreach (var type in new[] { NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.TimestampTz, NpgsqlDbType.TimestampTz })
                part.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = DBNull.Value });
            return part;
        }

        private static async ValueTask ReadAsync(Task<NpgsqlDataReader> executing)
        {
            await using var reader = await executing;
            do
            {
                while (await reader.ReadAsync())
                {
                    for (int i = 0; i < reader.FieldCount; i++)
                        _ = reader.GetValue(i);
                }
            }
            while (await reader.NextResultAsync());
        }
    }
}

using Eip.Domain;
using Eip.Pipeline.Ports;
using Npgsql;
using NpgsqlTypes;

namespace Eip.Storage.Postgres;

/// <summary>Rows of <c>route_stats_daily</c> as PostgreSQL's binary values.</summary>
internal static class RouteStatsCopy
{
    private const string CopyRows =
        """
        copy staged_route_stats (stat_date, seller_region, customer_region, sample_count, avg_lead_time_hours, p50_lead_time_hours, p95_lead_time_hours,
            late_count, late_rate, avg_handling_hours, avg_transit_hours, breach_count, cancelled_count, promised_count, kept_count, on_time_rate,
            updated_at) from stdin (format binary)
        """;

    private const string CopyRemoved = "copy removed_route_stats (stat_date, seller_region, customer_region) from stdin (format binary)";

    public static async Task WriteAsync(
        NpgsqlConnection connection, IReadOnlyCollection<RouteStats> rows, DateTimeOffset updatedAt, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync(CopyRows, cancellationToken);
        var regions = new RegionTexts();
        var updated = updatedAt.UtcDateTime;
        foreach (var row in rows)
        {
            await WriteKeyAsync(copy, row.StatDate, row.Lane, regions, cancellationToken);
            await copy.WriteAsync(row.Kpis.SampleCount, NpgsqlDbType.Integer, cancellationToken);
            await WriteAsync(copy, row.Kpis.AvgLeadTimeHours, cancellationToken);
            await WriteAsync(copy, row.Kpis.P50LeadTimeHours, cancellationToken);
            await WriteAsync(copy, row.Kpis.P95LeadTimeHours, cancellationToken);
            await copy.WriteAsync(row.Kpis.LateCount, NpgsqlDbType.Integer, cancellationToken);
            await WriteAsync(copy, row.Kpis.LateRate, cancellationToken);
            await WriteAsync(copy, row.Kpis.AvgHandlingHours, cancellationToken);
            await WriteAsync(copy, row.Kpis.AvgTransitHours, cancellationToken);
            await copy.WriteAsync(row.Kpis.BreachCount, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(row.Kpis.CancelledCount, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(row.Kpis.PromisedCount, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(row.Kpis.KeptCount, NpgsqlDbType.Integer, cancellationToken);
            await WriteAsync(copy, row.Kpis.OnTimeRate, cancellationToken);
            await copy.WriteAsync(updated, NpgsqlDbType.TimestampTz, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    public static async Task WriteAsync(NpgsqlConnection connection, IReadOnlyCollection<RouteStatsKey> keys, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync(CopyRemoved, cancellationToken);
        var regions = new RegionTexts();
        foreach (var key in keys)
            await WriteKeyAsync(copy, key.StatDate, key.Lane, regions, cancellationToken);
        await copy.CompleteAsync(cancellationToken);
    }

    /// <summary>A row in the order of columns of <c>read_all.sql</c>.</summary>
    public static RouteStats Read(NpgsqlDataReader reader) => new(
        reader.GetFieldValue<DateOnly>(0),
        new Lane(Region.Parse(reader.GetString(1)), Region.Parse(reader.GetString(2))),
        new LaneKpis(
            reader.GetInt32(3),
            Number(reader, 4),
            Number(reader, 5),
            Number(reader, 6),
            reader.GetInt32(7),
            Number(reader, 8),
            Number(reader, 9),
            Number(reader, 10),
            reader.GetInt32(11),
            reader.GetInt32(12),
            reader.GetInt32(13),
            reader.GetInt32(14),
            Number(reader, 15)));

    private static decimal? Number(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDecimal(column);

    private static async ValueTask WriteKeyAsync(
        NpgsqlBinaryImporter copy, DateOnly date, Lane lane, RegionTexts regions, CancellationToken cancellationToken)
    {
        await copy.StartRowAsync(cancellationToken);
        await copy.WriteAsync(date, NpgsqlDbType.Date, cancellationToken);
        await copy.WriteAsync(regions.Of(lane.Seller), NpgsqlDbType.Text, cancellationToken);
        await copy.WriteAsync(regions.Of(lane.Customer), NpgsqlDbType.Text, cancellationToken);
    }

    private static async ValueTask WriteAsync(NpgsqlBinaryImporter copy, decimal? value, CancellationToken cancellationToken)
    {
        if (value is { } known)
            await copy.WriteAsync(known, NpgsqlDbType.Numeric, cancellationToken);
        else
            await copy.WriteNullAsync(cancellationToken);
    }

    /// <summary>One string a region instead of one a row.</summary>
    private sealed class RegionTexts
    {
        private readonly Dictionary<ushort, string> texts = [];

        public string Of(Region region)
        {
            if (!texts.TryGetValue(region.Code, out string? text))
                texts.Add(region.Code, text = region.ToString());
            return text;
        }
    }
}

using Eip.Domain;
using Eip.Pipeline.Ports;
using Npgsql;

namespace Eip.Storage.Postgres.Tests;

public sealed class RouteStatsStoreTests
{
    private static readonly string[] States = ["AM", "MG", "PR", "RJ", "SP"];
    private static readonly DateOnly FirstDay = new(2017, 1, 1);

    [Fact]
    public async Task Rows_come_back_exactly_and_in_key_order()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var store = await PostgresRouteStatsStore.OpenAsync(database.ConnectionString);
        var rows = Rows(400, 1);
        await store.ReplaceAllAsync([.. rows.Reverse()]);
        (await ReadAsync(store)).ShouldBe(rows);
        rows.ShouldContain(static row => row.Kpis.AvgLeadTimeHours == null);
    }

    [Fact]
    public async Task The_greatest_figures_fit()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var store = await PostgresRouteStatsStore.OpenAsync(database.ConnectionString);
        decimal hours = (EventTime.MaxValue - EventTime.MinValue) / 3600m;
        hours = Math.Round(hours, 4);
        RouteStats[] rows = [
            new(DateOnly.MinValue, Lane(0, 0), new LaneKpis(int.MaxValue, hours, hours, hours, int.MaxValue, 1.0000m, hours, hours, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, 1.0000m)),
            new(DateOnly.MaxValue, Lane(4, 4), new LaneKpis(0, null, null, null, 0, null, null, null, 0, 1, 0, 0, null))];
        await store.ReplaceAllAsync(rows);
        (await ReadAsync(store)).ShouldBe(rows);
    }

    [Fact]
    public async Task Changed_days_are_written_removed_ones_go_and_all_others_stay()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var store = await PostgresRouteStatsStore.OpenAsync(database.ConnectionString);
        var before = Rows(100, 1);
        var changed = Rows(120, 2)[90..];
        await store.ReplaceAllAsync(before);
        await store.ApplyAsync(changed, [.. before[..10].Select(Key)]);
        (await ReadAsync(store)).ShouldBe([.. before[10..90], .. changed]);
        await store.ApplyAsync(changed, [.. before[..10].Select(Key)]);
        (await ReadAsync(store)).ShouldBe([.. before[10..90], .. changed]);
        await store.ApplyAsync([], []);
        await store.ReplaceAllAsync([]);
        (await ReadAsync(store)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Replacing_all_writes_only_what_differs_and_takes_away_what_is_absent()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var store = await PostgresRouteStatsStore.OpenAsync(database.ConnectionString);
        var rows = Rows(100, 1);
        await store.ReplaceAllAsync(rows);
        string before = await VersionsAsync(database);
        await store.ReplaceAllAsync(rows);
        (await VersionsAsync(database)).ShouldBe(before);

        var other = rows[..90];
        other[5] = other[5] with { Kpis = other[5].Kpis with { BreachCount = 77 } };
        await store.ReplaceAllAsync(other);
        (await ReadAsync(store)).ShouldBe(other);
        (await database.ScalarAsync<long>("select count(distinct updated_at) from route_stats_daily")).ShouldBe(2);
    }

    [Fact]
    public async Task The_moment_of_a_change_is_the_wall_clocks()
    {
        await using var database = await TestDatabase.CreateAsync();
        var now = new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);
        await using var store = await PostgresRouteStatsStore.OpenAsync(database.ConnectionString, new FixedTime(now));
        await store.ReplaceAllAsync(Rows(1, 1));
        (await database.ScalarAsync<DateTime>("select updated_at from route_stats_daily")).ShouldBe(now.UtcDateTime);
    }

    [Fact]
    public async Task A_run_stopped_between_copy_and_commit_leaves_the_table_as_it_was_and_the_next_run_makes_it_right()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var store = await PostgresRouteStatsStore.OpenAsync(database.ConnectionString);
        RouteStats[] before = Rows(50, 1), after = Rows(80, 2);
        await store.ReplaceAllAsync(before);
        using var stop = new CancellationTokenSource();
        await using (await HoldTableAsync(database))
        {
            var run = store.ReplaceAllAsync(after, stop.Token);
            await WaitUntilStagedAsync(database);
            await stop.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => run);
        }

        (await ReadAsync(store)).ShouldBe(before);
        await store.ReplaceAllAsync(after);
        (await ReadAsync(store)).ShouldBe(after);
    }

    [Fact]
    public async Task A_connection_killed_between_copy_and_commit_is_made_good_by_trying_again()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var store = await PostgresRouteStatsStore.OpenAsync(database.ConnectionString, new ImpatientTime());
        RouteStats[] before = Rows(50, 1), after = Rows(80, 2);
        await store.ReplaceAllAsync(before);
        Task run;
        await using (await HoldTableAsync(database))
        {
            run = store.ReplaceAllAsync(after);
            await WaitUntilStagedAsync(database);
            await database.ExecuteAsync("select pg_terminate_backend(pid) from pg_locks where relation = 'route_stats_daily'::regclass and not granted");
            await WaitUntilStagedAsync(database);
            (await database.ScalarAsync<long>("select count(*) from route_stats_daily")).ShouldBe(50);
        }

        await run;
        (await ReadAsync(store)).ShouldBe(after);
    }

    [Fact]
    public async Task A_failure_that_does_not_pass_is_told_with_server_and_database()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var store = await PostgresRouteStatsStore.OpenAsync(database.ConnectionString);
        await database.ExecuteAsync("drop table route_stats_daily");
        var error = await Should.ThrowAsync<PostgresStorageException>(() => store.ReplaceAllAsync(Rows(3, 1)));
        error.Message.ShouldContain(new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!);
        error.Message.ShouldContain("route_stats_daily");
    }

    [Fact]
    public async Task Of_writers_at_once_one_has_the_last_word_and_the_table_is_never_a_mixture()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var store = await PostgresRouteStatsStore.OpenAsync(database.ConnectionString);
        var versions = Enumerable.Range(0, 6).Select(static seed => Rows(60 + (seed * 10), seed)[(seed * 5)..]).ToArray();
        await Task.WhenAll(versions.Select(rows => store.ReplaceAllAsync(rows)));
        var found = await ReadAsync(store);
        versions.ShouldContain(rows => rows.SequenceEqual(found));
    }

    [Fact]
    public async Task A_hundred_and_fifty_thousand_rows_are_replaced_in_one_call()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var store = await PostgresRouteStatsStore.OpenAsync(database.ConnectionString);
        var rows = Rows(150_000, 3);
        await store.ReplaceAllAsync(rows);
        rows[1000] = rows[1000] with { Kpis = rows[1000].Kpis with { CancelledCount = 9 } };
        await store.ReplaceAllAsync(rows);
        (await ReadAsync(store)).SequenceEqual(rows).ShouldBeTrue();
        (await database.ScalarAsync<long>("select count(*) from (select xmin::text from route_stats_daily group by 1 having count(*) = 1) changed")).ShouldBe(1);
    }

    /// <summary>Rows of ascending keys whose figures follow from a seed; some are without a sample.</summary>
    private static RouteStats[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            int samples = random.Next(4) == 0 ? 0 : random.Next(1, 500), late = random.Next(samples + 1), promised = random.Next(3), kept = random.Next(promised + 1);
            decimal? Hours() => samples == 0 ? null : Rounding.Quotient(random.Next(50_000_000), 3600);
            return new RouteStats(
                FirstDay.AddDays(i / 25),
                Lane(i % 25 / 5, i % 5),
                new LaneKpis(samples, Hours(), Hours(), Hours(), late, Rounding.Quotient(late, samples), Hours(), null, random.Next(5), random.Next(5), promised, kept,
                    Rounding.Quotient(kept, promised)));
        })];
    }

    private static Lane Lane(int seller, int customer) => new(Region.Parse(States[seller]), Region.Parse(States[customer]));

    private static RouteStatsKey Key(RouteStats row) => new(row.StatDate, row.Lane);

    private static async Task<List<RouteStats>> ReadAsync(PostgresRouteStatsStore store)
    {
        var rows = new List<RouteStats>();
        await foreach (var row in store.ReadAllAsync())
            rows.Add(row);
        return rows;
    }

    private static Task<string> VersionsAsync(TestDatabase database) => database.ScalarAsync<string>(
        "select string_agg(concat(xmin, xmax, ctid, updated_at), ',' order by stat_date, seller_region, customer_region) from route_stats_daily");

    // Readers go on, and a writer waits where it has staged its rows.
    private static async Task<NpgsqlTransactionHolder> HoldTableAsync(TestDatabase database)
    {
        var connection = await database.Source.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("lock table route_stats_daily in share mode", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlTransactionHolder(connection, transaction);
    }

    private static Task WaitUntilStagedAsync(TestDatabase database) =>
        database.WaitForAsync("select count(*) from pg_locks where relation = 'route_stats_daily'::regclass and not granted");

    private sealed class NpgsqlTransactionHolder(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}

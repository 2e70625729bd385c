using Npgsql;

namespace Eip.Storage.Postgres.Tests;

public sealed class MigratorTests
{
    private static readonly MigrationSet Two = new("test", [
        new Migration(1, "0001_first.sql", "create table first (id integer)"),
        new Migration(2, "0002_second.sql", "create table second (id integer); insert into second values (1)")]);

    [Fact]
    public async Task An_empty_database_is_migrated_and_one_that_is_up_to_date_is_left_alone()
    {
        await using var database = await TestDatabase.CreateAsync();
        var migrator = new Migrator(database.Source, MigrationSet.RouteStats);
        (await migrator.MigrateAsync()).ShouldBe(MigrationSet.RouteStats.Migrations);
        (await migrator.MigrateAsync()).ShouldBeEmpty();
        (await database.ScalarAsync<long>("select count(*) from route_stats_daily")).ShouldBe(0);
    }

    [Fact]
    public async Task The_table_is_found_by_its_bare_name_though_the_user_has_a_schema_of_its_own()
    {
        await using var database = await TestDatabase.CreateAsync();
        await new Migrator(database.Source, MigrationSet.RouteStats).MigrateAsync();
        (await database.ScalarAsync<string>("select schemaname::text from pg_tables where tablename = 'route_stats_daily'")).ShouldBe("public");
    }

    [Fact]
    public async Task Steps_that_are_missing_are_applied_after_those_that_are_there()
    {
        await using var database = await TestDatabase.CreateAsync();
        await new Migrator(database.Source, Two with { Migrations = [Two.Migrations[0]] }).MigrateAsync();
        await database.ExecuteAsync("insert into first values (7)");
        (await new Migrator(database.Source, Two).MigrateAsync()).ShouldBe([Two.Migrations[1]]);
        (await database.ScalarAsync<int>("select id from first")).ShouldBe(7);
    }

    [Fact]
    public async Task Two_schemas_share_a_database()
    {
        await using var database = await TestDatabase.CreateAsync();
        await new Migrator(database.Source, Two).MigrateAsync();
        (await new Migrator(database.Source, MigrationSet.RouteStats).MigrateAsync()).ShouldNotBeEmpty();
        (await new Migrator(database.Source, Two).MigrateAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_released_migration_that_was_changed_is_refused_and_named()
    {
        await using var database = await TestDatabase.CreateAsync();
        await new Migrator(database.Source, Two).MigrateAsync();
        var changed = Two with { Migrations = [Two.Migrations[0] with { Sql = "create table first (id bigint)" }, Two.Migrations[1]] };
        var refusal = await Should.ThrowAsync<PostgresStorageException>(() => new Migrator(database.Source, changed).MigrateAsync());
        refusal.Message.ShouldContain("0001_first.sql");
        refusal.Message.ShouldContain("never changes");
    }

    [Fact]
    public async Task A_database_that_a_newer_version_has_migrated_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync();
        await new Migrator(database.Source, Two).MigrateAsync();
        var older = new Migrator(database.Source, Two with { Migrations = [Two.Migrations[0]] });
        (await Should.ThrowAsync<PostgresStorageException>(() => older.MigrateAsync())).Message.ShouldContain("0002_second.sql");
    }

    [Fact]
    public async Task A_step_that_fails_leaves_nothing_behind_and_is_named()
    {
        await using var database = await TestDatabase.CreateAsync();
        var bad = Two with { Migrations = [.. Two.Migrations, new Migration(3, "0003_bad.sql", "create table third (id integer); select nonsense")] };
        (await Should.ThrowAsync<PostgresStorageException>(() => new Migrator(database.Source, bad).MigrateAsync())).Message.ShouldContain("0003_bad.sql");
        (await database.ScalarAsync<long>("select count(*) from pg_tables where schemaname = 'public'")).ShouldBe(0);
        (await new Migrator(database.Source, Two).MigrateAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Many_that_migrate_at_once_apply_each_step_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        var applied = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => new Migrator(database.Source, Two).MigrateAsync()));
        applied.Sum(static steps => steps.Count).ShouldBe(2);
        (await database.ScalarAsync<long>("select count(*) from second")).ShouldBe(1);
    }

    [Fact]
    public void Line_ends_do_not_change_a_checksum() =>
        new Migration(1, "a", "select 1;\r\nselect 2;\r\n").Checksum.ShouldBe(new Migration(1, "a", "select 1;\nselect 2;\n").Checksum);

    [Fact]
    public void The_released_migrations_are_frozen() =>
        MigrationSet.RouteStats.Migrations.Select(static migration => (migration.Name, migration.Checksum)).ShouldBe([
            ("0001_route_stats_daily.sql", "ec19f4afff0fe453a340ceea3e000c3606eb744c06fadc480a30e9bd6a9bea4b"),
            ("0002_on_time_rate.sql", "e53ec9b0ea17324d82de662acf876f5e65e5c6299ca0e9ba33abd309aefab00e")]);

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Database=shop;Username=eip;Password=secret", "127.0.0.1:1")]
    [InlineData("Host=no-such-host.invalid;Database=shop;Username=eip;Password=secret", "no-such-host.invalid")]
    public async Task A_server_that_cannot_be_reached_is_named_without_the_password(string connection, string place)
    {
        var error = await Should.ThrowAsync<PostgresStorageException>(() => PostgresRouteStatsStore.OpenAsync(connection, new ImpatientTime()));
        error.Message.ShouldContain(place);
        error.Message.ShouldContain("'shop'");
        error.ToString().ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("Host=localhost;Port=many")]
    [InlineData("Host=localhost;Colour=red")]
    [InlineData("postgresql://eip:secret@localhost/shop")]
    [InlineData("")]
    public async Task A_connection_string_that_cannot_be_read_is_refused_with_an_example(string connection)
    {
        var error = await Should.ThrowAsync<PostgresStorageException>(() => PostgresRouteStatsStore.OpenAsync(connection, new ImpatientTime()));
        error.Message.ShouldContain("Host=localhost;Database=eip");
        error.ToString().ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_named()
    {
        await using var database = await TestDatabase.CreateAsync();
        string connection = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "no_such_database" }.ConnectionString;
        (await Should.ThrowAsync<PostgresStorageException>(() => PostgresRouteStatsStore.OpenAsync(connection))).Message.ShouldContain("no_such_database");
    }
}

/// <summary>A clock whose timers are due at once, so that pauses between attempts take no time.</summary>
internal sealed class ImpatientTime : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.Zero, period);
}

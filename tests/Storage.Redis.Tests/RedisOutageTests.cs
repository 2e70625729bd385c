using Eip.Pipeline.Ports;
using Eip.Testing;

namespace Eip.Storage.Redis.Tests;

/// <summary>Against a Redis that the test kills and starts again.</summary>
public sealed class RedisOutageTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task While_Redis_is_away_answers_are_computed_and_afterwards_it_is_used_again()
    {
        await using var server = Server();
        server.Start();
        await using var cache = new RedisCache(Options(server.Port));
        await Eventually.HoldsAsync(() => cache.IsAvailable, "the cache connects");
        (await AskAsync(cache, 1)).ShouldBe((1, CacheOutcome.Miss));
        (await AskAsync(cache, 2)).ShouldBe((1, CacheOutcome.Hit));

        await server.KillAsync();
        for (int i = 0; i < 200; i++)
            (await AskAsync(cache, 3)).ShouldBe((3, CacheOutcome.Bypass));

        server.Start();
        await Eventually.HoldsAsync(() => cache.IsAvailable, "the cache finds Redis again");
        await Eventually.HoldsAsync(async () => (await AskAsync(cache, 4)).Outcome == CacheOutcome.Hit, "Redis keeps answers again");
    }

    [Fact]
    public async Task A_host_that_starts_without_Redis_answers_and_uses_it_once_it_comes()
    {
        await using var server = Server();
        await using var cache = new RedisCache(Options(server.Port));
        (await AskAsync(cache, 1)).ShouldBe((1, CacheOutcome.Bypass));
        server.Start();
        await Eventually.HoldsAsync(() => cache.IsAvailable, "the cache finds Redis");
        // The first command may take longer than a busy machine gives it.
        await Eventually.HoldsAsync(async () => await AskAsync(cache, 2) == (2, CacheOutcome.Hit), "Redis keeps answers");
    }

    [Fact]
    public async Task A_Redis_that_hangs_costs_one_command_and_is_then_left_alone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Stopping a process needs a signal.");
        await using var server = Server();
        server.Start();
        var options = Options(server.Port);
        options.Pause = TimeSpan.FromMinutes(10);
        await using var cache = new RedisCache(options);
        await Eventually.HoldsAsync(() => cache.IsAvailable, "the cache connects");
        await server.SignalAsync("STOP");
        (await AskAsync(cache, 1)).ShouldBe((1, CacheOutcome.Bypass));
        cache.IsAvailable.ShouldBeFalse();
        (await AskAsync(cache, 2)).ShouldBe((2, CacheOutcome.Bypass));
        await server.SignalAsync("CONT");
    }

    [Theory]
    [InlineData("", "Configuration")]
    [InlineData("host:notaport,unknownOption=1", "Configuration")]
    public void Settings_that_cannot_work_are_refused_by_name(string configuration, string setting) =>
        Should.Throw<ArgumentException>(() => new RedisCache(new RedisCacheOptions { Configuration = configuration })).Message.ShouldContain(setting);

    [Fact]
    public void Every_time_must_be_longer_than_zero() =>
        RedisCacheOptionsValidator.Problems(new RedisCacheOptions { LockTime = TimeSpan.Zero, MaxValueBytes = 0, KeyPrefix = "" }).Count().ShouldBe(3);

    private static ServerProcess Server()
    {
        string? program = ServerProcess.Find("redis-server");
        Assert.SkipWhen(program is null, "redis-server is not installed.");
        return new ServerProcess(program!, static port => ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
    }

    private static RedisCacheOptions Options(int port) => new()
    {
        Configuration = $"127.0.0.1:{port}",
        CommandTimeout = TimeSpan.FromSeconds(2),
        ConnectTimeout = TimeSpan.FromSeconds(1),
        Pause = TimeSpan.FromMilliseconds(100),
        ReconnectInterval = TimeSpan.FromMilliseconds(100),
    };

    private static async Task<(int Value, CacheOutcome Outcome)> AskAsync(RedisCache cache, byte value)
    {
        var answer = await cache.GetOrComputeAsync("a", Minute, _ => ValueTask.FromResult<byte[]>([value]));
        return (answer.Value[0], answer.Outcome);
    }
}

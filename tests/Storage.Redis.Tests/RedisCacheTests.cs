using Eip.Pipeline.Ports;
using Eip.Testing;
using StackExchange.Redis;

namespace Eip.Storage.Redis.Tests;

/// <summary>Against the Redis of EIP_REDIS.</summary>
public sealed class RedisCacheTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly string prefix = $"eip-tests:{Guid.NewGuid():N}:";
    private readonly ManualTime clock = new();

    [Fact]
    public async Task An_answer_is_computed_once_and_then_comes_from_Redis()
    {
        await using var cache = await ConnectAsync();
        (await AskAsync(cache, "a", 1)).ShouldBe((1, CacheOutcome.Miss));
        clock.Advance(TimeSpan.FromSeconds(3));
        var answer = await cache.GetOrComputeAsync("a", Minute, static _ => throw new InvalidOperationException("it is known"));
        (answer.Value[0], answer.Outcome, answer.Age).ShouldBe(((byte)1, CacheOutcome.Hit, TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public async Task An_answer_older_than_its_time_to_live_is_computed_again()
    {
        await using var cache = await ConnectAsync();
        await AskAsync(cache, "a", 1);
        clock.Advance(Minute);
        (await AskAsync(cache, "a", 2)).ShouldBe((2, CacheOutcome.Miss));
    }

    [Fact]
    public async Task Redis_itself_forgets_an_answer_after_its_time_to_live()
    {
        await using var cache = await ConnectAsync();
        await AskAsync(cache, "a", 1);
        var left = await (await DatabaseAsync()).KeyTimeToLiveAsync($"{prefix}2:a");
        left!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), Minute);
    }

    [Fact]
    public async Task Of_two_processes_that_miss_at_once_one_computes()
    {
        await using RedisCache one = await ConnectAsync(), other = await ConnectAsync();
        var gate = new TaskCompletionSource<byte[]>();
        var entered = new TaskCompletionSource();
        var first = one.GetOrComputeAsync("a", Minute, async _ =>
        {
            entered.SetResult();
            return await gate.Task;
        }).AsTask();
        await entered.Task;
        var second = other.GetOrComputeAsync("a", Minute, static _ => throw new InvalidOperationException("the other one computes")).AsTask();
        gate.SetResult([7]);
        (await first).Outcome.ShouldBe(CacheOutcome.Miss);
        var shared = await second;
        (shared.Value[0], shared.Outcome).ShouldBe(((byte)7, CacheOutcome.Hit));
    }

    [Fact]
    public async Task A_process_that_waited_long_enough_computes_itself()
    {
        await using RedisCache one = await ConnectAsync(), other = await ConnectAsync(static options => options.MaxWait = TimeSpan.FromMilliseconds(50));
        var gate = new TaskCompletionSource<byte[]>();
        var entered = new TaskCompletionSource();
        var first = one.GetOrComputeAsync("a", Minute, async _ =>
        {
            entered.SetResult();
            return await gate.Task;
        }).AsTask();
        await entered.Task;
        (await AskAsync(other, "a", 2)).ShouldBe((2, CacheOutcome.Miss));
        gate.SetResult([1]);
        (await first).Value[0].ShouldBe((byte)1);
    }

    [Fact]
    public async Task A_computation_that_fails_lets_the_next_process_try_at_once()
    {
        await using RedisCache one = await ConnectAsync(), other = await ConnectAsync(static options => options.MaxWait = TimeSpan.FromMinutes(5));
        await Should.ThrowAsync<IOException>(async () => await one.GetOrComputeAsync("a", Minute, static _ => throw new IOException("the source is away")));
        (await AskAsync(other, "a", 2)).ShouldBe((2, CacheOutcome.Miss));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("somebody else's text that is longer than any header")]
    public async Task What_is_no_answer_is_computed_again_and_replaced(string garbage)
    {
        await using var cache = await ConnectAsync();
        await (await DatabaseAsync()).StringSetAsync($"{prefix}2:a", garbage, Minute);
        (await AskAsync(cache, "a", 3)).ShouldBe((3, CacheOutcome.Miss));
        (await AskAsync(cache, "a", 4)).ShouldBe((3, CacheOutcome.Hit));
    }

    [Fact]
    public async Task A_key_of_another_type_is_replaced_and_holds_up_no_other_key()
    {
        await using var cache = await ConnectAsync(static options => options.Pause = TimeSpan.FromMinutes(10));
        await (await DatabaseAsync()).ListRightPushAsync($"{prefix}2:a", "no string");
        (await AskAsync(cache, "a", 5)).ShouldBe((5, CacheOutcome.Miss));
        (await AskAsync(cache, "a", 6)).ShouldBe((5, CacheOutcome.Hit));
        cache.IsAvailable.ShouldBeTrue();
    }

    [Fact]
    public async Task A_lock_of_another_type_and_without_an_end_holds_up_nobody_for_longer_than_a_lock_lasts()
    {
        await using var cache = await ConnectAsync(static options => options.LockTime = TimeSpan.FromMilliseconds(200));
        await (await DatabaseAsync()).ListRightPushAsync($"{prefix}2:a:lock", "no lock");
        (await AskAsync(cache, "a", 5)).ShouldBe((5, CacheOutcome.Miss));
        (await (await DatabaseAsync()).KeyExistsAsync($"{prefix}2:a:lock")).ShouldBeFalse();
    }

    [Fact]
    public async Task An_answer_that_was_copied_under_another_key_is_not_given()
    {
        await using var cache = await ConnectAsync();
        await AskAsync(cache, "a", 1);
        var database = await DatabaseAsync();
        await database.StringSetAsync($"{prefix}2:b", await database.StringGetAsync($"{prefix}2:a"), Minute);
        (await AskAsync(cache, "b", 2)).ShouldBe((2, CacheOutcome.Miss));
    }

    [Fact]
    public void An_answer_with_any_byte_changed_or_missing_is_no_answer()
    {
        byte[] stored = new CachedAnswer([1, 2, 3, 4, 5], clock.GetUtcNow()).Encode("key");
        CachedAnswer.Decode("key", stored)!.Value.Value.ShouldBe([1, 2, 3, 4, 5]);
        CachedAnswer.Decode("ke", stored).ShouldBeNull();
        for (int i = 0; i < stored.Length; i++)
        {
            byte[] damaged = [.. stored];
            damaged[i] ^= 0x10;
            CachedAnswer.Decode("key", damaged).ShouldBeNull();
            CachedAnswer.Decode("key", stored.AsSpan(0, i)).ShouldBeNull();
        }
    }

    [Fact]
    public async Task An_answer_that_is_too_long_is_given_and_not_stored()
    {
        await using var cache = await ConnectAsync(static options => options.MaxValueBytes = 10);
        for (int i = 0; i < 2; i++)
            (await cache.GetOrComputeAsync("a", Minute, static _ => ValueTask.FromResult(new byte[11]))).Outcome.ShouldBe(CacheOutcome.Miss);
        (await (await DatabaseAsync()).KeyExistsAsync($"{prefix}2:a")).ShouldBeFalse();
    }

    [Fact]
    public async Task Hosts_of_different_answer_versions_do_not_read_each_other()
    {
        await using RedisCache old = await ConnectAsync(), young = await ConnectAsync(static options => options.AnswerVersion = 3);
        await AskAsync(old, "a", 1);
        (await AskAsync(young, "a", 2)).ShouldBe((2, CacheOutcome.Miss));
    }

    private async Task<RedisCache> ConnectAsync(Action<RedisCacheOptions>? change = null)
    {
        var options = new RedisCacheOptions { Configuration = Servers.Redis(), KeyPrefix = prefix, CommandTimeout = TimeSpan.FromSeconds(20), MaxWait = Minute };
        change?.Invoke(options);
        var cache = new RedisCache(options, time: clock);
        await Eventually.HoldsAsync(() => cache.IsAvailable, "the cache connects");
        return cache;
    }

    private static async Task<IDatabase> DatabaseAsync() => (await ConnectionMultiplexer.ConnectAsync(Servers.Redis())).GetDatabase();

    private static async Task<(int Value, CacheOutcome Outcome)> AskAsync(RedisCache cache, string key, byte value)
    {
        var answer = await cache.GetOrComputeAsync(key, Minute, _ => ValueTask.FromResult<byte[]>([value]));
        return (answer.Value[0], answer.Outcome);
    }
}

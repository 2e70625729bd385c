using Eip.Pipeline.Caching;
using Eip.Pipeline.Ports;
using Eip.Testing;

namespace Eip.Pipeline.Tests.Caching;

public sealed class MemoryCacheTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly ManualTime clock = new();

    [Fact]
    public async Task An_answer_is_computed_once_until_its_time_is_over()
    {
        var cache = new MemoryCache(time: clock);
        (await Ask(cache, "a", 1)).ShouldBe((1, CacheOutcome.Miss, TimeSpan.Zero));
        clock.Advance(TimeSpan.FromSeconds(59));
        (await Ask(cache, "a", 2)).ShouldBe((1, CacheOutcome.Hit, TimeSpan.FromSeconds(59)));
        clock.Advance(TimeSpan.FromSeconds(1));
        (await Ask(cache, "a", 3)).ShouldBe((3, CacheOutcome.Miss, TimeSpan.Zero));
    }

    [Fact]
    public async Task Of_many_callers_at_once_one_computes_and_all_get_its_answer()
    {
        var cache = new MemoryCache(time: clock);
        var gate = new TaskCompletionSource();
        int computed = 0;
        var callers = Enumerable.Range(0, 50).Select(_ => Task.Run(async () => await cache.GetOrComputeAsync("a", Minute, async _ =>
        {
            Interlocked.Increment(ref computed);
            await gate.Task;
            return [7];
        }))).ToList();
        gate.SetResult();
        (await Task.WhenAll(callers)).ShouldAllBe(static answer => answer.Value[0] == 7);
        computed.ShouldBe(1);
    }

    [Fact]
    public async Task A_failure_reaches_everybody_who_waits_and_is_not_kept()
    {
        var cache = new MemoryCache(time: clock);
        var gate = new TaskCompletionSource<byte[]>();
        var leader = cache.GetOrComputeAsync("a", Minute, async _ => await gate.Task).AsTask();
        var other = cache.GetOrComputeAsync("a", Minute, static _ => throw new InvalidOperationException("nobody computes twice")).AsTask();
        gate.SetException(new IOException("the source is away"));
        (await Should.ThrowAsync<IOException>(leader)).Message.ShouldBe("the source is away");
        (await Should.ThrowAsync<IOException>(other)).Message.ShouldBe("the source is away");
        (await Ask(cache, "a", 5)).Value.ShouldBe(5);
    }

    [Fact]
    public async Task A_computation_that_throws_at_once_fails_its_caller_alone()
    {
        var cache = new MemoryCache(time: clock);
        await Should.ThrowAsync<IOException>(async () => await cache.GetOrComputeAsync("a", Minute, static _ => throw new IOException("at once")));
        (await Ask(cache, "a", 5)).Value.ShouldBe(5);
    }

    [Fact]
    public async Task A_caller_who_gives_up_takes_nothing_from_the_others()
    {
        var cache = new MemoryCache(time: clock);
        var gate = new TaskCompletionSource<byte[]>();
        using var patience = new CancellationTokenSource();
        var leader = cache.GetOrComputeAsync("a", Minute, async stop => await gate.Task.WaitAsync(stop), patience.Token).AsTask();
        var other = Ask(cache, "a", 0);
        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(leader);
        gate.SetResult([9]);
        (await other).Value.ShouldBe(9);
        (await Ask(cache, "a", 0)).Outcome.ShouldBe(CacheOutcome.Hit);
    }

    [Fact]
    public async Task A_computation_that_nobody_waits_for_any_more_is_cancelled_and_the_next_caller_computes_anew()
    {
        var cache = new MemoryCache(time: clock);
        var stopped = new TaskCompletionSource();
        using var patience = new CancellationTokenSource();
        var only = cache.GetOrComputeAsync("a", Minute, async stop =>
        {
            stop.Register(() => stopped.SetResult());
            await stopped.Task;
            stop.ThrowIfCancellationRequested();
            return [1];
        }, patience.Token).AsTask();
        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(only);
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30));
        (await Ask(cache, "a", 2)).Value.ShouldBe(2);
    }

    [Fact]
    public async Task Answers_used_longest_ago_make_room_and_the_bound_holds()
    {
        var cache = new MemoryCache(maxBytes: 10_000, time: clock);
        for (int i = 0; i < 100; i++)
        {
            await cache.GetOrComputeAsync($"{i}", Minute, static _ => ValueTask.FromResult(new byte[1_000]));
            (await cache.GetOrComputeAsync("0", Minute, static _ => ValueTask.FromResult(new byte[1_000]))).Outcome.ShouldBe(CacheOutcome.Hit);
            cache.SizeBytes.ShouldBeLessThanOrEqualTo(10_000);
        }

        (await Ask(cache, "99", 1)).Outcome.ShouldBe(CacheOutcome.Hit);
        (await Ask(cache, "1", 1)).Outcome.ShouldBe(CacheOutcome.Miss);
    }

    [Fact]
    public async Task An_answer_larger_than_the_cache_is_given_and_not_kept()
    {
        var cache = new MemoryCache(maxBytes: 1_000, time: clock);
        (await cache.GetOrComputeAsync("a", Minute, static _ => ValueTask.FromResult(new byte[5_000]))).Value.Length.ShouldBe(5_000);
        cache.SizeBytes.ShouldBe(0);
    }

    private static async Task<(int Value, CacheOutcome Outcome, TimeSpan Age)> Ask(MemoryCache cache, string key, byte value)
    {
        var answer = await cache.GetOrComputeAsync(key, Minute, _ => ValueTask.FromResult<byte[]>([value]));
        return (answer.Value[0], answer.Outcome, answer.Age);
    }
}

using System.Globalization;
using Eip.Pipeline.Caching;
using Eip.Pipeline.Ports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Eip.Storage.Redis;

/// <summary>
/// A cache that processes share. Of many that miss one key at once, one computes under a lock that expires, and the others wait within a bound. While
/// Redis is away, answers are computed without it and without delay. What cannot be read whole is never taken for an answer.
/// </summary>
public sealed partial class RedisCache : ICache, IAsyncDisposable
{
    private readonly RedisCacheOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly RedisConnection connection;
    private readonly RedisCacheInstruments instruments;
    private readonly SingleFlight<CacheAnswer> flights = new();
    private readonly string prefix;

    /// <summary>A cache that connects in the background.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="logger">Told when Redis goes and comes.</param>
    /// <param name="time">The clock that tells the age of answers; the system's when null.</param>
    /// <exception cref="ArgumentException">A setting cannot work; the message names it.</exception>
    public RedisCache(RedisCacheOptions options, ILogger<RedisCache>? logger = null, TimeProvider? time = null)
    {
        RedisCacheOptionsValidator.Validate(options);
        this.options = options;
        this.logger = logger ?? NullLogger<RedisCache>.Instance;
        clock = time ?? TimeProvider.System;
        prefix = string.Create(CultureInfo.InvariantCulture, $"{options.KeyPrefix}{options.AnswerVersion}:");
        connection = new RedisConnection(options, TimeProvider.System, this.logger);
        instruments = new RedisCacheInstruments(() => IsAvailable);
    }

    /// <summary>Whether Redis is there and used.</summary>
    public bool IsAvailable => connection.Database is not null;

    /// <summary>Why Redis cannot be used now, in a sentence for people; null when it can.</summary>
    public Task<string?> LookAsync(CancellationToken cancellationToken = default) => connection.LookAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<CacheAnswer> GetOrComputeAsync(
        string key, TimeSpan timeToLive, Func<CancellationToken, ValueTask<byte[]>> compute, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(compute);
        cancellationToken.ThrowIfCancellationRequested();
        var answer = await FindAsync(key, timeToLive) is { } found
            ? Hit(found)
            : await flights.RunAsync(key, stop => ShareAsync(key, timeToLive, compute, stop), cancellationToken);
        instruments.Answered(answer.Outcome);
        return answer;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        instruments.Dispose();
        await connection.DisposeAsync();
    }

    // One process computes; the others wait for what it stores.
    private async ValueTask<CacheAnswer> ShareAsync(
        string key, TimeSpan timeToLive, Func<CancellationToken, ValueTask<byte[]>> compute, CancellationToken stop)
    {
        string token = Guid.NewGuid().ToString("N");
        long started = TimeProvider.System.GetTimestamp();
        bool locked = false;
        while (timeToLive > TimeSpan.Zero && connection.Database is not null)
        {
            locked = await AskAsync(database => database.LockTakeAsync(LockOf(key), token, options.LockTime));
            // Whoever held the lock before may have stored its answer in between.
            if (await FindAsync(key, timeToLive) is { } found)
            {
                if (locked)
                    await UnlockAsync(key, token);
                else
                    instruments.Waited();
                return Hit(found);
            }

            // A lock of this cache always ends; one that has no end is no lock of it, and would hold up everyone.
            if (!locked)
                await AskAsync(database => database.KeyExpireAsync(LockOf(key), options.LockTime, ExpireWhen.HasNoExpiry));
            if (locked || TimeProvider.System.GetElapsedTime(started) >= options.MaxWait)
                break;
            await Task.Delay(options.PollInterval, TimeProvider.System, stop);
        }

        try
        {
            return await ComputeAsync(key, timeToLive, compute, stop);
        }
        finally
        {
            if (locked)
                await UnlockAsync(key, token);
        }
    }

    private async ValueTask<CacheAnswer> ComputeAsync(
        string key, TimeSpan timeToLive, Func<CancellationToken, ValueTask<byte[]>> compute, CancellationToken stop)
    {
        var answer = new CachedAnswer(await compute(stop), clock.GetUtcNow());
        if (connection.Database is null)
            return new CacheAnswer(answer.Value, CacheOutcome.Bypass, TimeSpan.Zero);
        if (answer.Value.Length > options.MaxValueBytes)
        {
            instruments.TooLarge();
            LogTooLarge(key, answer.Value.Length, options.MaxValueBytes);
        }
        else if (timeToLive > TimeSpan.Zero && !await AskAsync(database => database.StringSetAsync(prefix + key, answer.Encode(prefix + key), timeToLive)))
        {
            return new CacheAnswer(answer.Value, CacheOutcome.Bypass, TimeSpan.Zero);
        }

        return new CacheAnswer(answer.Value, CacheOutcome.Miss, TimeSpan.Zero);
    }

    private async ValueTask<CachedAnswer?> FindAsync(string key, TimeSpan timeToLive)
    {
        var stored = await AskAsync(database => database.StringGetAsync(prefix + key));
        if (stored.IsNull)
            return null;
        if (CachedAnswer.Decode(prefix + key, ((ReadOnlyMemory<byte>)stored).Span) is not { } answer)
        {
            instruments.Unreadable();
            LogUnreadable(key);
            return null;
        }

        // Redis expires answers by its own clock; this one has the last word.
        return clock.GetUtcNow() - answer.ComputedAt < timeToLive ? answer : null;
    }

    private async ValueTask UnlockAsync(string key, string token) => await AskAsync(database => database.LockReleaseAsync(LockOf(key), token));

    // The default value when Redis is away or does not answer well.
    private async ValueTask<TResult?> AskAsync<TResult>(Func<IDatabase, Task<TResult>> command)
    {
        if (connection.Database is not { } database)
            return default;
        try
        {
            return await command(database);
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
        {
            // The fault of this key, and of no other: what is stored next takes its place.
            instruments.Unreadable();
            LogWrongType(exception.Message);
            return default;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            instruments.Failed();
            connection.Pause(exception);
            return default;
        }
    }

    private CacheAnswer Hit(CachedAnswer answer)
    {
        var age = clock.GetUtcNow() - answer.ComputedAt;
        return new CacheAnswer(answer.Value, CacheOutcome.Hit, age > TimeSpan.Zero ? age : TimeSpan.Zero);
    }

    private string LockOf(string key) => $"{prefix}{key}:lock";
}

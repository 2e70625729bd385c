using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Eip.Storage.Redis;

/// <summary>
/// A connection that is never waited for. It comes about, and again after it was lost, in the background; while it is away, or for a moment after a
/// command failed, there is no database to ask.
/// </summary>
internal sealed partial class RedisConnection : IAsyncDisposable
{
    private readonly TimeProvider clock;
    private readonly TimeSpan pause;
    private readonly ILogger logger;
    private readonly Task<ConnectionMultiplexer> connecting;
    private long pausedAt;
    private int isPaused;

    public RedisConnection(RedisCacheOptions options, TimeProvider clock, ILogger logger)
    {
        this.clock = clock;
        this.logger = logger;
        pause = options.Pause;
        connecting = ConnectAsync(Configure(options));
    }

    /// <summary>The database, or null while it is away.</summary>
    public IDatabase? Database
    {
        get
        {
            if (!connecting.IsCompletedSuccessfully || !connecting.Result.IsConnected)
                return null;
            if (Volatile.Read(ref isPaused) != 0)
            {
                if (clock.GetElapsedTime(Volatile.Read(ref pausedAt)) < pause)
                    return null;
                Volatile.Write(ref isPaused, 0);
            }

            return connecting.Result.GetDatabase();
        }
    }

    /// <summary>Leaves Redis alone for a moment.</summary>
    public void Pause(Exception cause)
    {
        Volatile.Write(ref pausedAt, clock.GetTimestamp());
        if (Interlocked.Exchange(ref isPaused, 1) == 0)
            LogPaused(cause.Message);
    }

    /// <summary>Why Redis cannot be used now; null when it can.</summary>
    public async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await (await connecting.WaitAsync(cancellationToken)).GetDatabase().PingAsync().WaitAsync(cancellationToken);
            return null;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return exception.GetBaseException().Message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await (await connecting).DisposeAsync();
        }
        catch (RedisException)
        {
            // It never came about, and that was told.
        }
    }

    private static ConfigurationOptions Configure(RedisCacheOptions options)
    {
        var configuration = ConfigurationOptions.Parse(options.Configuration);
        configuration.AbortOnConnectFail = false;
        configuration.ConnectTimeout = (int)options.ConnectTimeout.TotalMilliseconds;
        configuration.AsyncTimeout = configuration.SyncTimeout = (int)Math.Max(1, options.CommandTimeout.TotalMilliseconds);
        configuration.ReconnectRetryPolicy = new LinearRetry((int)Math.Max(1, options.ReconnectInterval.TotalMilliseconds));
        // A command for a server that is away fails at once instead of waiting for its return.
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        return configuration;
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(ConfigurationOptions configuration)
    {
        try
        {
            var connection = await ConnectionMultiplexer.ConnectAsync(configuration);
            connection.ConnectionFailed += (_, lost) => LogLost(lost.EndPoint?.ToString(), lost.Exception?.Message ?? lost.FailureType.ToString());
            connection.ConnectionRestored += (_, back) => LogRestored(back.EndPoint?.ToString());
            return connection;
        }
        catch (RedisException exception)
        {
            LogUnusable(exception.Message);
            throw;
        }
    }
}

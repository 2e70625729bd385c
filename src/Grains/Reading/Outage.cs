using System.Data.Common;
using Eip.Pipeline.Ports;
using Orleans.Serialization;

namespace Eip.Grains.Reading;

/// <summary>Tells a store that is away, or a silo that just left, from a fault.</summary>
internal static class Outage
{
    // Classes of SQL states: connection, read-only, credentials, unknown database, resources, not in the right state, operator, system.
    private static readonly string[] AwayStates = ["08", "25", "28", "3D", "53", "55", "57", "58"];

    /// <summary>Asks something of a store or a grain.</summary>
    /// <exception cref="StoreUnavailableException">The store, or the silo that was asked, is away.</exception>
    public static async ValueTask<T> GuardAsync<T>(Func<ValueTask<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception exception) when (IsOutage(exception))
        {
            throw new StoreUnavailableException($"What is stored of cases and lanes cannot be read now: {exception.GetBaseException().Message.TrimEnd('.')}.", exception);
        }
    }

    private static bool IsOutage(Exception? exception) => exception switch
    {
        null => false,
        StoreUnavailableException => false,
        DbException { SqlState: var state } => state is null || AwayStates.Any(known => state.StartsWith(known, StringComparison.Ordinal)),
        UnavailableExceptionFallbackException { ExceptionType: { } type } => type.Contains("Npgsql", StringComparison.Ordinal),
        OrleansException or TimeoutException => true,
        AggregateException several => several.InnerExceptions.All(IsOutage),
        _ => IsOutage(exception.InnerException),
    };
}

using Eip.Silo.Health;
using Eip.Storage.Postgres;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Eip.Silo.Hosting;

/// <summary>Waits for the database at a silo's start: one line says what is wrong with its address or credentials, and again only when that changes.</summary>
internal static partial class PatientSchema
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4), FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Brings the schema up to date, once the database answers.</summary>
    /// <exception cref="PostgresStorageException">It answers and cannot be used.</exception>
    public static async Task PrepareAsync(WebApplication silo)
    {
        if (silo.Services.GetService<NpgsqlDataSource>() is not { } database)
            return;
        string? told = null;
        for (var pause = FirstPause; await TroubleAsync(database) is { } trouble; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            if (told != trouble)
                LogWaits(silo.Logger, StoreProbes.PlaceOf(database), told = trouble);
            await Task.Delay(pause);
        }

        await SiloSchema.PrepareAsync(silo.Services);
    }

    private static async Task<string?> TroubleAsync(NpgsqlDataSource database)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await using var connection = await database.OpenConnectionAsync(limit.Token);
            return null;
        }
        catch (OperationCanceledException)
        {
            return $"no answer within {Limit.TotalSeconds:0} s";
        }
        catch (NpgsqlException exception)
        {
            return exception.GetBaseException().Message.ReplaceLineEndings(" ");
        }
    }

    [LoggerMessage(EventId = 4302, Level = LogLevel.Error, Message = "PostgreSQL at {Place} cannot be used, and the silo waits for it: {Reason}")]
    private static partial void LogWaits(ILogger logger, string place, string reason);
}

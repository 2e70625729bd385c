using Eip.Storage.Postgres;

namespace Eip.Cli;

/// <summary>The PostgreSQL that route statistics are also written to, if one was named.</summary>
internal static class RouteStatsTarget
{
    private const string Variable = "EIP_POSTGRES";

    /// <summary>Opens and migrates the database that the option names, else <c>EIP_POSTGRES</c>; null when neither names one.</summary>
    public static async Task<PostgresRouteStatsStore?> OpenAsync(string? option, CancellationToken cancellationToken)
    {
        string? connection = string.IsNullOrWhiteSpace(option) ? Environment.GetEnvironmentVariable(Variable) : option;
        return string.IsNullOrWhiteSpace(connection)
            ? null
            : await PostgresRouteStatsStore.OpenAsync(connection, cancellationToken: cancellationToken);
    }
}

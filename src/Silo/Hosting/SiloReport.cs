using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Eip.Silo.Hosting;

/// <summary>What a silo says of itself.</summary>
internal static partial class SiloReport
{
    /// <summary>It runs.</summary>
    public static void Running(WebApplication silo)
    {
        string cluster = silo.Services.GetRequiredService<SiloSettings>().Cluster, urls = string.Join(", ", silo.Urls);
        LogRunning(silo.Logger, cluster, urls);
    }

    [LoggerMessage(EventId = 4001, Level = LogLevel.Information, Message = "The silo runs in cluster '{Cluster}'; its Ops API is at {Urls}")]
    private static partial void LogRunning(ILogger logger, string cluster, string urls);
}

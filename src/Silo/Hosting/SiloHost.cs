using Eip.Api;
using Eip.Api.Health;
using Eip.Grains.Hosting;
using Eip.Grains.Lanes;
using Eip.Grains.Reading;
using Eip.Pipeline.Ports;
using Eip.Silo.Health;
using Eip.Silo.Http;
using Eip.Silo.Live;
using Eip.Silo.Replay;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Orleans.Dashboard;

namespace Eip.Silo.Hosting;

/// <summary>Puts a silo together: grains, adapters, Ops API and Orleans Dashboard in one process.</summary>
public static class SiloHost
{
    /// <summary>Where the Ops API is served unless it is told otherwise.</summary>
    internal const string DefaultUrls = "http://127.0.0.1:5080";

    /// <summary>Builds a silo that is not started yet.</summary>
    /// <param name="args">Options as configuration takes them, such as <c>--urls</c> and <c>--Eip:Silo:Port=11112</c>.</param>
    /// <param name="configure">Has the last word over its services.</param>
    /// <exception cref="InvalidOperationException">A setting cannot be read; the message names it.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var settings = SiloSettings.Read(builder.Configuration);
        Quieten(builder.Logging);
        builder.Services.AddSingleton(settings);
        // What is under way is finished first; then the grains leave, and the offsets up to them are committed.
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromSeconds(25));
        if (builder.Configuration["urls"] is null)
            builder.WebHost.UseUrls(DefaultUrls);
        AddPorts(builder.Services, settings);
        builder.Host.UseOrleans((_, silo) =>
        {
            ClusterSetup.Configure(silo, settings);
            silo.AddGrainService<LiveService>();
            silo.AddDashboard();
        });
        builder.Services.AddLogPump(settings);
        builder.Services.AddEipApi();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseDashboardGuard();
        app.MapEipApi();
        app.MapOrleansDashboard(routePrefix: DashboardGuard.Path);
        return app;
    }

    // A line has its time. What Orleans' watchdog says first is measured from the machine's start.
    private static void Quieten(ILoggingBuilder logging)
    {
        foreach (string category in (string[])["Microsoft", "Orleans", "System", "Polly", "Eip.Silo.Live.LiveService"])
            logging.AddFilter(category, LogLevel.Warning);
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        logging.Services.Configure<SimpleConsoleFormatterOptions>(static options =>
        {
            options.SingleLine = true;
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
    }

    private static void AddPorts(IServiceCollection services, SiloSettings settings)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddStateAdapters(settings);
        services.AddLogAdapters(settings);
        services.AddSearchAdapters(settings);
        services.AddCacheAdapter(settings);
        services.AddStoreWatch(settings);
        services.AddLive();
        services.AddReplays(settings);
        services.AddSingleton<ICaseReader, ClusterCases>();
        services.AddSingleton<ILaneReader, ClusterLanes>();
        services.AddSingleton<IPipelineStatus, ClusterPipelineStatus>();
        services.AddSingleton<IReadinessCondition, JoinedCluster>();
        services.AddEipGrains();
        services.Configure<LaneOptions>(options => options.IdleAfter = settings.LaneIdle);
    }
}

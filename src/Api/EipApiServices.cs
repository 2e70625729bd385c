using System.IO.Compression;
using System.Text.Json.Serialization;
using Eip.Api.Health;
using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Lanes;
using Eip.Api.Live;
using Eip.Api.Metrics;
using Eip.Api.OpenApi;
using Eip.Api.Security;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Eip.Api;

/// <summary>Puts the Ops API into a host. The host registers the ports: IEventSink, ICaseReader, ICaseSearch, ILaneReader, IPipelineStatus, IDeadLetters, ILiveFeed, ICache, and IReplayControl if it can replay.</summary>
public static class EipApiServices
{
    /// <summary>Adds what <see cref="EipApiEndpoints.MapEipApi"/> needs.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Has the last word, after the configuration's section <c>Eip</c>.</param>
    public static IServiceCollection AddEipApi(this IServiceCollection services, Action<EipApiOptions>? configure = null)
    {
        services.AddSingleton(provider =>
        {
            var options = new EipApiOptions();
            options.Read(provider.GetRequiredService<IConfiguration>());
            configure?.Invoke(options);
            return options;
        });
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(static provider => new EventHorizon(provider.GetRequiredService<TimeProvider>()));
        services.AddMetrics();
        services.AddSingleton<ApiPorts>();
        services.AddSingleton<LaneNorms>();
        services.AddSingleton<LiveClients>();
        services.AddSingleton<ReadinessProbe>();
        services.AddSingleton<ApiInstruments>();
        services.AddSingleton<MetricsCollector>();
        services.AddHostedService(static provider => provider.GetRequiredService<MetricsCollector>());
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<BadKeys>();
        services.AddSingleton<KeyRates>();
        services.AddSingleton<LoopbackGuard>();
        services.AddSingleton<IStartupFilter>(static provider => provider.GetRequiredService<LoopbackGuard>());
        services.AddHostedService(static provider => provider.GetRequiredService<LoopbackGuard>());
        services.ConfigureHttpJsonOptions(static options =>
        {
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJsonContext.Default);
            // The document follows these options: numbers are numbers, never texts.
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.AddApiDescription();
        services.AddCompression();
        services.AddTimeouts();
        services.Configure<KestrelServerOptions>(static options => options.AddServerHeader = false);
        return services;
    }

    private static void AddCompression(this IServiceCollection services)
    {
        services.AddResponseCompression(static options =>
        {
            options.EnableForHttps = true;
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
            // Server-sent events are not among them: a packed stream would hold changes back.
            options.MimeTypes = ["application/json", "application/problem+json", "application/x-ndjson", "text/csv", "text/plain", "text/html", "text/css", "text/javascript", "image/svg+xml"];
        });
        services.Configure<BrotliCompressionProviderOptions>(static options => options.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(static options => options.Level = CompressionLevel.Fastest);
    }

    private static void AddTimeouts(this IServiceCollection services)
    {
        services.AddRequestTimeouts();
        services.AddOptions<RequestTimeoutOptions>().Configure<EipApiOptions>(static (options, api) => options.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = api.Timeout,
            TimeoutStatusCode = StatusCodes.Status504GatewayTimeout,
            WriteTimeoutResponse = static context =>
                ProblemWriter.WriteAsync(context, StatusCodes.Status504GatewayTimeout, "timeout", null, "The answer took longer than this host allows."),
        });
    }
}

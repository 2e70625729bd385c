using Eip.Api.Tests.Memory;
using Eip.Pipeline.Ports;
using Eip.Tests.OpsApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Eip.Api.Tests;

/// <summary>Starts the API over ports in memory, without a socket or with one.</summary>
internal static class MemoryHost
{
    public static async Task<OpsApiHost> StartAsync(
        Action<EipApiOptions>? options = null, Action<MemoryPipeline>? pipeline = null, TimeProvider? clock = null, string? url = null, Action<IServiceCollection>? services = null)
    {
        var app = Build(options, pipeline, clock, url, services);
        await app.StartAsync();
        var client = url is null
            ? app.GetTestClient()
            : new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
        return new OpsApiHost(client, app.DisposeAsync);
    }

    public static WebApplication Build(
        Action<EipApiOptions>? options = null, Action<MemoryPipeline>? pipeline = null, TimeProvider? clock = null, string? url = null, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (url is null)
            builder.WebHost.UseTestServer();
        else
            builder.WebHost.UseUrls(url);
        var time = clock ?? TimeProvider.System;
        var memory = new MemoryPipeline(time);
        memory.DeadLetters = new MemoryDeadLetters(memory);
        pipeline?.Invoke(memory);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<IEventSink>(memory);
        builder.Services.AddSingleton<ICaseReader>(memory);
        builder.Services.AddSingleton<ICaseSearch>(memory);
        builder.Services.AddSingleton<ILaneReader>(memory);
        builder.Services.AddSingleton<IPipelineStatus>(memory);
        builder.Services.AddSingleton<IDeadLetters>(memory.DeadLetters);
        builder.Services.AddSingleton<ILiveFeed>(memory.Feed);
        builder.Services.AddSingleton<IReplayControl>(new MemoryReplay(time));
        builder.Services.AddSingleton<ICache>(new MemoryAnswers(time));
        builder.Services.AddEipApi(options);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapEipApi();
        return app;
    }
}

public sealed class OpsApiInMemory : OpsApiContract
{
    protected override Task<OpsApiHost> StartAsync() => MemoryHost.StartAsync();
}

public sealed class OpsApiOverASocket : OpsApiContract
{
    protected override Task<OpsApiHost> StartAsync() => MemoryHost.StartAsync(url: "http://127.0.0.1:0");
}

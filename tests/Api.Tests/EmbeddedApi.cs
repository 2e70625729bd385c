using Eip.Cli.Serving;
using Eip.Pipeline;
using Eip.Tests.OpsApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Eip.Api.Tests;

/// <summary>The embedded host as <c>eip serve</c> puts it together, over a home of its own.</summary>
internal static class EmbeddedApi
{
    public static async Task<OpsApiHost> StartAsync(TemporaryHome home, bool overSocket, Action<EipApiOptions>? configure = null, string? data = null)
    {
        var host = EmbeddedHost.Open(home.Home, data);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (overSocket)
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        else
            builder.WebHost.UseTestServer();
        host.AddTo(builder.Services, configure);
        var app = builder.Build();
        app.MapEipApi();
        await app.StartAsync();
        host.Start();
        var client = overSocket
            ? new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) }
            : app.GetTestClient();
        return new OpsApiHost(client, async () =>
        {
            await app.DisposeAsync();
            await host.DisposeAsync();
            home.Dispose();
        });
    }
}

/// <summary>A home that is gone afterwards.</summary>
internal sealed class TemporaryHome : IDisposable
{
    public Home Home { get; } = new(Directory.CreateTempSubdirectory("eip-api-").FullName);

    public void Dispose()
    {
        if (Directory.Exists(Home.Path))
            Directory.Delete(Home.Path, recursive: true);
    }
}

public sealed class OpsApiOfTheEmbeddedHostOverASocket : OpsApiContract
{
    protected override Task<OpsApiHost> StartAsync() => EmbeddedApi.StartAsync(new TemporaryHome(), overSocket: true);
}

public sealed class OpsApiOfTheEmbeddedHostThroughWebApplicationFactory : OpsApiContract
{
    protected override Task<OpsApiHost> StartAsync()
    {
        var home = new TemporaryHome();
        var factory = new Factory(home.Home.Path);
        return Task.FromResult(new OpsApiHost(factory.CreateClient(), async () =>
        {
            await factory.DisposeAsync();
            await EntryPoint.Ended(home.Home.Path).Task.WaitAsync(TimeSpan.FromSeconds(30));
            home.Dispose();
        }));
    }

    private sealed class Factory(string home) : WebApplicationFactory<EntryPoint>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder) =>
            builder.UseContentRoot(AppContext.BaseDirectory).UseSetting(EntryPoint.HomeSetting, home);
    }
}

using System.Diagnostics;
using Eip.Api;
using Eip.Cli.Serving;
using Eip.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Eip.Bench.Api;

/// <summary>The embedded host over a real socket, put together as <c>eip serve</c> does.</summary>
internal sealed class BenchServer(EmbeddedHost host, WebApplication app, int port) : IAsyncDisposable
{
    public EmbeddedHost Host => host;

    public int Port => port;

    /// <summary>Starts over a home; tells how long it took until the host called itself ready.</summary>
    public static async Task<(BenchServer Server, TimeSpan Ready)> StartAsync(Home home)
    {
        var watch = Stopwatch.StartNew();
        var host = EmbeddedHost.Open(home);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        host.AddTo(builder.Services);
        var app = builder.Build();
        app.MapEipApi();
        await app.StartAsync();
        host.Start();
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        using var client = new HttpClient { BaseAddress = address };
        while (true)
        {
            using var answer = await client.GetAsync("/health/ready");
            if (answer.IsSuccessStatusCode)
                return (new BenchServer(host, app, address.Port), watch.Elapsed);
            await Task.Delay(5);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await host.DisposeAsync();
    }
}

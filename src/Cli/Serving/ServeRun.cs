using Eip.Api;
using Eip.Pipeline;
using Eip.Pipeline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Eip.Cli.Serving;

/// <summary>
/// One run of <c>eip serve</c>. It answers at once, and calls itself ready when everything that was in the log at the start is folded; it ends by
/// itself on Ctrl-C or a termination signal.
/// </summary>
internal sealed class ServeRun(Home home, string urls)
{
    /// <summary>The data set that replays are made from, if any.</summary>
    public string? Data { get; init; }

    /// <summary>Also writes route statistics here.</summary>
    public IRouteStatsStore? Store { get; init; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Opened first, so that a second writer learns at once that it is one.
        await using var host = EmbeddedHost.Open(home, Data);
        host.Store = Store;
        await using var app = Build(host);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (InvalidOperationException exception) when (exception.Message.Contains("Eip:", StringComparison.Ordinal))
        {
            throw new UserErrorException(exception.Message, ExitCodes.Usage);
        }
        catch (InvalidOperationException) when (urls.Contains("https:", StringComparison.OrdinalIgnoreCase))
        {
            throw new UserErrorException(
                $"--urls: '{urls}' needs a certificate: Kestrel__Certificates__Default__Path and Kestrel__Certificates__Default__Password name it.", ExitCodes.Usage);
        }

        host.Start();
        foreach (string address in app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses)
            Console.WriteLine($"Serving {home.Path} at {address}");
        await using (cancellationToken.Register(app.Lifetime.StopApplication))
            await app.WaitForShutdownAsync(CancellationToken.None);
        await host.StopAsync();
        Console.WriteLine("Stopped; everything is published.");
    }

    private WebApplication Build(EmbeddedHost host)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(urls).UseKestrelHttpsConfiguration();
        builder.Logging.ClearProviders().AddSimpleConsole(static options => (options.SingleLine, options.ColorBehavior) = (true, LoggerColorBehavior.Disabled)).SetMinimumLevel(LogLevel.Warning);
        // What keeps the host from starting is told once, as every command tells it.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None).AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.Configure<ConsoleLoggerOptions>(static options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromSeconds(20));
        host.AddTo(builder.Services);
        var app = builder.Build();
        app.MapEipApi();
        return app;
    }
}

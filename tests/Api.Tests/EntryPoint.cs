using System.Collections.Concurrent;
using Eip.Cli.Serving;
using Eip.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Eip.Api.Tests;

/// <summary>Runs the tests; or, when a home is named, is the web application that WebApplicationFactory starts.</summary>
public sealed class EntryPoint
{
    /// <summary>The setting that names the home.</summary>
    public const string HomeSetting = "served-home";

    private static readonly ConcurrentDictionary<string, TaskCompletionSource> Ends = new(StringComparer.Ordinal);

    private EntryPoint()
    {
    }

    /// <summary>Completes when the application of a home has ended: the factory waits for its host alone, not for what comes after it.</summary>
    public static TaskCompletionSource Ended(string home) => Ends.GetOrAdd(home, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private static async Task<int> Main(string[] args)
    {
        if (args.Any(static arg => arg.StartsWith($"--{HomeSetting}=", StringComparison.Ordinal)))
            return await ServeAsync(args);
        if (args.Any(static arg => arg is "--server" or "--internal-msbuild-node"))
            return await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
        return await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
    }

    private static async Task<int> ServeAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.ClearProviders();
        await using var host = EmbeddedHost.Open(new Home(builder.Configuration[HomeSetting]!));
        host.AddTo(builder.Services);
        await using var app = builder.Build();
        app.MapEipApi();
        host.Start();
        try
        {
            await app.RunAsync();
            await host.StopAsync();
        }
        finally
        {
            await host.DisposeAsync();
            Ended(builder.Configuration[HomeSetting]!).TrySetResult();
        }

        return 0;
    }
}

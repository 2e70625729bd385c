using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;
using Microsoft.Extensions.DependencyInjection;

namespace Eip.Silo.Live;

/// <summary>Adds live changes to a silo; the silo builder adds <see cref="LiveService"/>.</summary>
internal static class LiveHosting
{
    private const int Remembered = 10_000;
    private const int Backlog = 1_000;

    // Longer than a change takes from one silo to another, their clocks' difference included.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    public static void AddLive(this IServiceCollection services)
    {
        services.AddSingleton(static provider => new LiveFeed(Remembered, Backlog, provider.GetRequiredService<TimeProvider>(), Slack));
        services.AddSingleton<ILiveFeed>(static provider => provider.GetRequiredService<LiveFeed>());
        services.AddSingleton<LiveProjection>();
        services.AddSingleton<LiveServices>();
        services.AddSingleton<LiveRelay>();
        services.AddSingleton<ICaseProjection>(static provider => provider.GetRequiredService<LiveRelay>());
        services.AddHostedService(static provider => provider.GetRequiredService<LiveRelay>());
    }
}

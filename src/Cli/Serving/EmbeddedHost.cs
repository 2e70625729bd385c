using Eip.Api;
using Eip.Api.Health;
using Eip.Pipeline;
using Eip.Pipeline.Caching;
using Eip.Pipeline.DeadLetters;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;
using Eip.Pipeline.Search;
using Eip.Simulator.Replay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Eip.Cli.Serving;

/// <summary>Everything behind the Ops API in one process: the pipeline of a home, its search index and its dead letters.</summary>
internal sealed class EmbeddedHost : IAsyncDisposable
{
    private readonly CaseIndex index = new();
    private readonly CaughtUp caughtUp = new();
    private readonly FileDeadLetters letters;
    private readonly CancellationTokenSource stopping = new();
    private Task following = Task.CompletedTask;

    private readonly ReplayController replay;

    private EmbeddedHost(EmbeddedPipeline pipeline, string? data)
    {
        Pipeline = pipeline;
        letters = new FileDeadLetters(pipeline.Home.DeadLetters, pipeline);
        pipeline.DeadLetters = letters;
        pipeline.Register(new IndexObserver(index));
        replay = ServedReplays.Create(data, pipeline, letters);
    }

    /// <summary>The pipeline.</summary>
    public EmbeddedPipeline Pipeline { get; }

    /// <summary>Also keeps route statistics, if there is one.</summary>
    public IRouteStatsStore? Store { get; set; }

    /// <summary>Opens a home for writing.</summary>
    /// <param name="home">The home.</param>
    /// <param name="data">The folder of the data set that replays are made from, if any.</param>
    public static EmbeddedHost Open(Home home, string? data = null) =>
        new(OpenedHome.Report(EmbeddedPipeline.Open(home, new PipelineOptions { Deduplicate = true, LiveFeed = true })), data);

    /// <summary>Registers the ports and the API over them.</summary>
    public void AddTo(IServiceCollection services, Action<EipApiOptions>? configure = null)
    {
        services.AddSingleton<IEventSink>(Pipeline);
        services.AddSingleton<ICaseReader>(Pipeline);
        services.AddSingleton<ILaneReader>(Pipeline);
        services.AddSingleton<IPipelineStatus>(Pipeline);
        services.AddSingleton<ILiveFeed>(Pipeline);
        services.AddSingleton<ICaseSearch>(index);
        services.AddSingleton<IDeadLetters>(letters);
        services.AddSingleton<ICache>(new MemoryCache());
        services.AddSingleton<IReadinessCondition>(caughtUp);
        services.AddSingleton<IReadinessCondition>(new LogTakesEvents(Pipeline));
        services.AddSingleton<IReplayControl>(replay);
        services.AddHostedService(provider =>
            new DailyPublisher(Pipeline, Store, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<DailyPublisher>>()));
        services.AddEipApi(configure);
    }

    /// <summary>Folds from now on.</summary>
    public void Start()
    {
        Pipeline.Start();
        following = caughtUp.FollowAsync(Pipeline, stopping.Token);
    }

    /// <summary>Stops at a clean point and publishes, so that the next start need not fold again.</summary>
    public async Task StopAsync()
    {
        await replay.StopAsync();
        await stopping.CancelAsync();
        await following;
        await Pipeline.StopAsync();
        await Pipeline.PublishAsync(Store, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await replay.DisposeAsync();
        await stopping.CancelAsync();
        await following;
        await Pipeline.DisposeAsync();
        letters.Dispose();
        index.Dispose();
        stopping.Dispose();
    }
}

using Eip.Grains.Tests.Support;
using Eip.Storage.Elasticsearch;
using Eip.Tests.OpsApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Eip.Grains.Tests;

/// <summary>The Ops API of a silo over Kafka, PostgreSQL, Elasticsearch and Redis promises what it promises in every host.</summary>
public sealed class OpsApiOfASiloOnRealServers(UntouchedSilo spare) : OpsApiContract, IClassFixture<UntouchedSilo>
{
    protected override Task<OpsApiHost> StartAsync() => spare.TakeAsync();
}

/// <summary>Lends a silo with an empty log, and lends it again for as long as nobody has put anything on its log.</summary>
public sealed class UntouchedSilo : IAsyncDisposable
{
    private SiloCluster? cluster;

    public async Task<OpsApiHost> TakeAsync()
    {
        string elasticsearch = StoreServers.NeedElasticsearch(), redis = StoreServers.NeedRedis();
        var lent = cluster ?? await SiloCluster.StartAsync(silos: 1, partitions: 2, further: id => StoreServers.Arguments(id, elasticsearch, redis));
        cluster = null;
        var store = lent.Services.GetRequiredService<ElasticsearchStore>();
        var watch = new PostWatch();
        return new OpsApiHost(
            new HttpClient(watch) { BaseAddress = AddressOf(lent.Silos[0]) },
            async () =>
            {
                if (watch.HasPosted)
                    await EndAsync(lent);
                else
                    cluster = lent;
            },
            async () => await store.Indices.RefreshAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (cluster is not null)
            await EndAsync(cluster);
    }

    internal static Uri AddressOf(WebApplication silo) => new(silo.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    private static async Task EndAsync(SiloCluster cluster)
    {
        await cluster.Services.GetRequiredService<ElasticsearchStore>().Indices.DropAsync();
        await cluster.DisposeAsync();
    }

    private sealed class PostWatch() : DelegatingHandler(new SocketsHttpHandler())
    {
        public bool HasPosted { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HasPosted |= request.Method != HttpMethod.Get;
            return base.SendAsync(request, cancellationToken);
        }
    }
}

/// <summary>The questions over periods, in the same shape.</summary>
public sealed class QuestionsOfASiloOnRealServers(UntouchedSilo spare) : QuestionsContract, IClassFixture<UntouchedSilo>
{
    protected override Task<OpsApiHost> StartAsync() => spare.TakeAsync();
}

using System.Net;
using System.Security.Cryptography.X509Certificates;
using Eip.Grains.Tests.Support;
using Eip.Silo.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Connections.Security;

namespace Eip.Grains.Tests;

/// <summary>The ports of silos, where whoever is let in can write cases past every API key.</summary>
public sealed class TlsTests
{
    [Fact]
    public async Task Silos_with_certificates_of_one_authority_form_a_cluster_and_whoever_has_none_of_it_is_not_let_in()
    {
        using var ours = new Certificates();
        using var theirs = new Certificates();
        await using var cluster = await SiloCluster.StartAsync(silos: 2, further: _ => ours.Arguments());
        var events = Orders.Events(seed: 90, orders: 300);
        await cluster.AppendAsync(events);
        await cluster.ShouldComeToAsync(new Reference(events));
        var silos = cluster.Services.GetRequiredService<ISiloStatusOracle>();
        await Wait.Until(() => silos.GetActiveSilos().Length == 2, "two silos are one cluster");
        var settings = cluster.Services.GetRequiredService<SiloSettings>();

        using var member = ours.Give();
        (await AskAsync(settings, member)).ShouldBeNull();
        using var stranger = theirs.Give();
        (await AskAsync(settings, stranger)).ShouldNotBeNull();
        (await AskAsync(settings, (X509Certificate2?)null)).ShouldNotBeNull();
        (await AskInPlainAsync(settings)).ShouldNotBeNull();
    }

    private static Task<Exception?> AskAsync(SiloSettings settings, X509Certificate2? certificate) => AskAsync(settings, client => client.UseTls(options =>
    {
        options.LocalCertificate = certificate;
        options.ClientCertificateMode = certificate is null ? RemoteCertificateMode.NoCertificate : RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation = static (_, _, _) => true;
        options.OnAuthenticateAsClient = static (_, authentication) => authentication.TargetHost = "eip";
    }));

    private static Task<Exception?> AskInPlainAsync(SiloSettings settings) => AskAsync(settings, static _ => { });

    // What an attempt to speak to a grain meets with; null when it is let in.
    private static async Task<Exception?> AskAsync(SiloSettings settings, Action<IClientBuilder> configure)
    {
        using var host = new HostBuilder().ConfigureLogging(static logging => logging.ClearProviders()).UseOrleansClient(client =>
        {
            client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, settings.GatewayPort));
            client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.Cluster, "eip"));
            client.UseConnectionRetryFilter(static (_, _) => Task.FromResult(false));
            client.Configure<ConnectionOptions>(static options => options.OpenConnectionTimeout = TimeSpan.FromSeconds(3));
            client.Configure<ClientMessagingOptions>(static options => options.ResponseTimeout = TimeSpan.FromSeconds(10));
            configure(client);
        }).Build();
        try
        {
            await host.StartAsync();
            await host.Services.GetRequiredService<IClusterClient>().GetGrain<IManagementGrain>(0).GetHosts();
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return exception;
        }
        finally
        {
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await host.StopAsync(now.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

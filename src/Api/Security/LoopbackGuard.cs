using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Eip.Api.Security;

/// <summary>Refuses to start on an address that others can reach unless API keys are configured: before the server binds, and once more when it has.</summary>
internal sealed class LoopbackGuard(IServer server, ApiKeys keys, IConfiguration configuration) : IStartupFilter, IHostedLifecycleService
{
    /// <summary>Whether a host name is this machine alone.</summary>
    public static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next)
    {
        var configured = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(static endpoint => endpoint["Url"]).OfType<string>();
        Check([.. Addresses(), .. configured]);
        return next;
    }

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Check(Addresses());
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private ICollection<string> Addresses() => server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];

    private void Check(ICollection<string> addresses)
    {
        if (keys.AreRequired)
            return;
        foreach (string address in addresses)
        {
            // What is no address at all, the server itself refuses with a better message.
            string host;
            try
            {
                host = BindingAddress.Parse(address).Host.Trim('[', ']');
            }
            catch (FormatException)
            {
                continue;
            }

            if (!IsLoopback(host))
            {
                throw new InvalidOperationException(
                    $"{address} can be reached from other machines, and no API key is configured. Bind to http://127.0.0.1 or http://localhost, or set "
                    + "Eip:ApiKeys:0:Name, :Hash (SHA-256 of the key, see eip serve --hash-key) and :Role (read, ingest or operate).");
            }
        }
    }
}

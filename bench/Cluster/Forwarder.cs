using System.Net;
using System.Net.Sockets;

namespace Eip.Cluster.Bench;

/// <summary>A way to a server that can be cut: while it is, connections are refused, as by a server that is down.</summary>
internal sealed class Forwarder(Uri server) : IAsyncDisposable
{
    private readonly List<Task> connections = [];
    private CancellationTokenSource cut = new();
    private TcpListener? listener;
    private Task accepting = Task.CompletedTask;

    /// <summary>Where the server is found.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>Lets connections through, at the same address each time.</summary>
    public void Open()
    {
        listener = new TcpListener(IPAddress.Loopback, Address.Port);
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        cut = new CancellationTokenSource();
        accepting = AcceptAsync(listener, cut.Token);
    }

    /// <summary>Ends every connection and refuses new ones.</summary>
    public async Task CutAsync()
    {
        await cut.CancelAsync();
        listener?.Dispose();
        await accepting;
        await Task.WhenAll(connections);
        connections.Clear();
        cut.Dispose();
    }

    public async ValueTask DisposeAsync() => await CutAsync();

    private async Task AcceptAsync(TcpListener from, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                connections.Add(ForwardAsync(await from.AcceptTcpClientAsync(cancellationToken), cancellationToken));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ForwardAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using (client)
        using (var target = new TcpClient())
        {
            try
            {
                await target.ConnectAsync(server.Host, server.Port, cancellationToken);
                await Task.WhenAny(
                    client.GetStream().CopyToAsync(target.GetStream(), cancellationToken), target.GetStream().CopyToAsync(client.GetStream(), cancellationToken));
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
            {
                // Cut, or one of the two sides has gone.
            }
        }
    }
}

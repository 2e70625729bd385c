using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Eip.Silo.Hosting;

/// <summary>Looks for taken ports before anything starts: one line instead of what a half-started silo has to say.</summary>
internal static class FreePorts
{
    /// <summary>Refuses ports that somebody listens at.</summary>
    /// <exception cref="InvalidOperationException">One is taken; the message names it and its setting.</exception>
    public static void Check(SiloSettings settings, string urls)
    {
        var address = IPAddress.Parse(settings.Address);
        var listen = IPAddress.IsLoopback(address) ? IPAddress.Loopback : IPAddress.Any;
        Check(listen, settings.SiloPort, "Eip:Silo:Port");
        Check(listen, settings.GatewayPort, "Eip:Silo:GatewayPort");
        if (settings.SiloPort == settings.GatewayPort)
            throw new InvalidOperationException($"Eip:Silo:Port and Eip:Silo:GatewayPort are both {settings.SiloPort}; they must differ.");
        foreach (string url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (PortOf(url) is { } port and > 0)
                Check(url.Contains("127.0.0.1", StringComparison.Ordinal) || url.Contains("localhost", StringComparison.Ordinal) ? IPAddress.Loopback : IPAddress.Any, port, "urls");
        }
    }

    private static void Check(IPAddress address, int port, string setting)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            string why = exception.SocketErrorCode == SocketError.AccessDenied ? "may not be used by this user" : "is taken by another process";
            throw new InvalidOperationException($"Port {port} ({setting}) {why}; choose another.", exception);
        }
        catch (SocketException)
        {
            // An address that is not this machine's is refused, with its reason, by who binds it.
        }
    }

    private static int? PortOf(string url)
    {
        try
        {
            return BindingAddress.Parse(url).Port;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

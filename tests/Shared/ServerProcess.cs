using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Eip.Testing;

/// <summary>A server that a test starts, kills and starts again on a port of its own.</summary>
public sealed class ServerProcess(string program, Func<int, IEnumerable<string>> arguments) : IAsyncDisposable
{
    private Process? process;

    public int Port { get; } = FreePort();

    /// <summary>Starts it; it may take a while until it answers.</summary>
    public void Start()
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments(Port))
            start.ArgumentList.Add(argument);
        process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Kills it and what it started, as a crash does.</summary>
    public async Task KillAsync()
    {
        if (process is not { } running)
            return;
        process = null;
        using (running)
        {
            running.Kill(entireProcessTree: true);
            await running.WaitForExitAsync();
        }
    }

    /// <summary>Sends it a signal, such as STOP.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process!.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    /// <summary>The full path of a program, or null where it is not installed.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    // Below the ports that systems give to clients, and with its neighbour, which some servers take as well.
    private static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(20_000, 32_000);
            if (IsFree(port) && IsFree(port + 1))
                return port;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Eip.Streams.Kafka.Tests.Support;

/// <summary>
/// A broker that a test may kill, started by the script <c>shared/servers/kafka/start</c> beside the repository; a test is skipped where there is none.
/// </summary>
internal sealed class OwnBroker : IAsyncDisposable
{
    private readonly string script;
    private readonly string data = Directory.CreateTempSubdirectory("eip-kafka-").FullName;
    private readonly int port = FreePorts();
    private Process? process;

    private OwnBroker(string script) => this.script = script;

    public string Servers => $"127.0.0.1:{port}";

    public static async Task<OwnBroker> StartAsync()
    {
        string? found = Find();
        Assert.SkipWhen(found is null, "No shared/servers/kafka/start lies beside the repository.");
        var broker = new OwnBroker(found!);
        await broker.RunAsync();
        return broker;
    }

    public async Task RunAsync()
    {
        var ready = new TaskCompletionSource();
        process = new Process
        {
            StartInfo = new ProcessStartInfo(script, [$"{port}", data]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        process.StartInfo.Environment["KAFKA_HEAP"] = "256m";
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("Kafka Server started", StringComparison.Ordinal) == true)
                ready.TrySetResult();
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>As a crash does it: nothing is flushed or handed over.</summary>
    public async Task KillAsync()
    {
        if (process is not { } running)
            return;
        process = null;
        running.Kill(entireProcessTree: true);
        await running.WaitForExitAsync();
        running.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(data, recursive: true);
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "servers", "kafka", "start");
            if (File.Exists(candidate))
                return candidate;
        }

        return null;
    }

    // The script also takes the port after the one it is given.
    private static int FreePorts()
    {
        while (true)
        {
            using var first = new TcpListener(IPAddress.Loopback, 0);
            first.Start();
            int candidate = ((IPEndPoint)first.LocalEndpoint).Port;
            try
            {
                using var second = new TcpListener(IPAddress.Loopback, candidate + 1);
                second.Start();
                return candidate;
            }
            catch (SocketException)
            {
                // Taken: try another pair.
            }
        }
    }
}

using System.Diagnostics;
using Confluent.Kafka;

namespace Eip.Grains.Tests.Support;

/// <summary>A broker of a test's own, which it may kill. It is started by a script beside the repository, where there is one.</summary>
internal sealed class OwnBroker : IAsyncDisposable
{
    private readonly string script;
    private readonly string directory = Directory.CreateTempSubdirectory("eip-broker-").FullName;
    private readonly int port;
    private Process? process;

    private OwnBroker(string script, int port) => (this.script, this.port) = (script, port);

    public string Address => $"127.0.0.1:{port}";

    public static async Task<OwnBroker> StartAsync()
    {
        string? found = Find();
        Assert.SkipWhen(found is null, "There is no script that starts a broker of the test's own.");
        Servers.NeedPostgres();
        var broker = new OwnBroker(found!, SiloCluster.FreePort());
        await broker.StartAgainAsync();
        return broker;
    }

    public async Task StartAgainAsync()
    {
        process = Process.Start(new ProcessStartInfo("setsid", [script, port.ToString(), directory]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true });
        process!.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Address }).SetLogHandler(static (_, _) => { }).Build();
        await Wait.Until(() => Answers(admin), "the broker answers");
    }

    public async Task KillAsync()
    {
        process!.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await KillAsync();
        Directory.Delete(directory, recursive: true);
    }

    private static bool Answers(IAdminClient admin)
    {
        try
        {
            return admin.GetMetadata(TimeSpan.FromSeconds(1)).Brokers.Count > 0;
        }
        catch (KafkaException)
        {
            return false;
        }
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
}

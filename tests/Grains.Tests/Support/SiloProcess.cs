using System.Diagnostics;
using System.Text;

namespace Eip.Grains.Tests.Support;

/// <summary>A silo in a process of its own.</summary>
internal sealed class SiloProcess : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();

    private SiloProcess(string[] arguments)
    {
        string silo = Path.Combine(AppContext.BaseDirectory, "Eip.Silo.dll");
        process = new Process { StartInfo = new ProcessStartInfo("dotnet", [silo, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true } };
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public bool HasExited => process.HasExited;

    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    public static SiloProcess Start(SiloCluster cluster) => new(cluster.Arguments(SiloCluster.FreePort(), SiloCluster.FreePort()));

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString()]);
        await kill.WaitForExitAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(40));
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    private void Append(string? line)
    {
        lock (output)
            output.AppendLine(line);
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Eip.Silo.Hosting;
using Eip.Silo.Verification;
using Microsoft.Extensions.Configuration;

namespace Eip.Silo.Rebuild;

/// <summary>What the rebuilds have in common: their options, what interrupts them, and how they end.</summary>
internal static class RebuildRun
{
    private const int Interrupted = 130;

    /// <summary>Runs one.</summary>
    /// <param name="kept">What is told of the stores when it is interrupted.</param>
    /// <param name="args">The command line.</param>
    /// <param name="run">The rebuild; returns its exit code.</param>
    /// <returns>What <paramref name="run"/> returns, 2 when what it needs is not named, 1 when it could not be done, 130 when it was interrupted.</returns>
    public static async Task<int> RunAsync(string kept, string[] args, Func<SiloSettings, RebuildOptions, CancellationToken, Task<int>> run)
    {
        using var stop = new CancellationTokenSource();
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            // A switch without a value would take the next option for its own.
            string[] options = [.. args.Where(static argument => argument != RebuildOptions.KeepStored)];
            var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(options).Build();
            return await run(SiloSettings.Read(configuration), RebuildOptions.Read(configuration, args), stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"\ninterrupted; {kept}, and the same command goes on from here");
            return Interrupted;
        }
        catch (Exception exception) when (StoreFailures.Tell(exception) is { } told)
        {
            await Console.Error.WriteLineAsync($"error: {told}");
            return exception is InvalidOperationException ? 2 : 1;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }
}

/// <summary>The options of the rebuilds.</summary>
/// <param name="AcceptedLoss">How many stored orders may be lost that are not on the log; null when none was named.</param>
/// <param name="KeepsStored">Whether what is stored is kept where the log is broken off.</param>
/// <param name="Patience">How long a store may be silent.</param>
internal sealed record RebuildOptions(long? AcceptedLoss, bool KeepsStored, TimeSpan Patience)
{
    /// <summary>The switch that keeps what is stored.</summary>
    public const string KeepStored = "--keep-stored";

    private const int UsualPatience = 60;

    /// <exception cref="InvalidOperationException">An option cannot be read; the message names it.</exception>
    public static RebuildOptions Read(IConfiguration configuration, string[] args)
    {
        string? loss = configuration["accept-loss"];
        if (loss is null && args.Contains("--accept-loss"))
            loss = "";
        long orders = 0;
        if (loss is not null && !long.TryParse(loss, NumberStyles.None, CultureInfo.InvariantCulture, out orders))
            throw new InvalidOperationException($"--accept-loss is '{loss}'; a number of orders is needed, such as --accept-loss 300.");
        return new RebuildOptions(loss is null ? null : orders, args.Contains(KeepStored), StoreFailures.Patience(configuration, UsualPatience));
    }
}

/// <summary>Says on one line how far something is: a line that grows on a terminal, one a second elsewhere.</summary>
/// <param name="tell">How far.</param>
internal sealed class RebuildProgressLine<T>(Func<T, string> tell) : IProgress<T>
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private TimeSpan? last;

    public void Report(T value)
    {
        if (last is { } told && watch.Elapsed - told < TimeSpan.FromSeconds(1))
            return;
        last = watch.Elapsed;
        if (Console.IsErrorRedirected)
            Console.Error.WriteLine(tell(value));
        else
            Console.Error.Write($"\r{tell(value)}\u001b[K");
    }

    public void End()
    {
        if (last is not null && !Console.IsErrorRedirected)
            Console.Error.WriteLine();
    }
}

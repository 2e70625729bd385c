using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Eip.Pipeline.Log;
using static Eip.Pipeline.Tests.Log.LogFixture;

namespace Eip.Pipeline.Tests.Log;

public sealed class KilledWriterTests : IDisposable
{
    private const string ChildVariable = "EIP_TEST_APPEND_UNTIL_KILLED";
    private static readonly EventLogOptions Options = OnePartition with { SegmentBytes = 64 * 1024 };
    private readonly LogFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task A_writer_killed_at_any_moment_loses_no_event_that_it_acknowledged()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        long end = 0;
        for (int round = 0; round < 8; round++)
        {
            long acknowledged = await AppendUntilKilledAsync(random.Next(1, 200));
            using var log = EventLog.Open(fixture.Directory, Options);
            log.EndOffset(0).ShouldBeGreaterThanOrEqualTo(acknowledged, $"seed {seed}, round {round}");
            log.EndOffset(0).ShouldBeGreaterThan(end);
            end = log.EndOffset(0);
            ReadAll(log, 0).SequenceEqual(Events(0, (int)end)).ShouldBeTrue($"seed {seed}, round {round}");
        }
    }

    // Kills the child once it has acknowledged a number of batches; more may be acknowledged by then.
    private async Task<long> AppendUntilKilledAsync(int batches)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Eip.Pipeline.Tests")) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[ChildVariable] = fixture.Directory;
        using var child = Process.Start(start)!;
        long acknowledged = 0;
        while (await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            acknowledged = long.Parse(line, CultureInfo.InvariantCulture);
            if (--batches == 0)
                child.Kill();
        }

        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        child.ExitCode.ShouldNotBe(0);
        return acknowledged;
    }

    /// <summary>Makes this very program the child when it is started as one.</summary>
    [ModuleInitializer]
    internal static void BeTheChildIfAsked()
    {
        if (Environment.GetEnvironmentVariable(ChildVariable) is not { } directory)
            return;
        using var log = EventLog.Open(directory, Options);
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        for (int batch = 1; ; batch = (batch * 7 % 499) + 1)
        {
            int next = (int)log.EndOffset(0);
            log.Append(Events(next, batch));
            output.WriteLine(log.EndOffset(0));
        }
    }
}

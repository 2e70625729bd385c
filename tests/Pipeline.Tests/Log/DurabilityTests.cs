using System.Diagnostics;
using System.Runtime.CompilerServices;
using Eip.Pipeline.Log;
using Microsoft.Win32.SafeHandles;
using static Eip.Pipeline.Tests.Log.LogFixture;

namespace Eip.Pipeline.Tests.Log;

public sealed class DurabilityTests : IDisposable
{
    private const string ChildVariable = "EIP_TEST_FLUSH_ONCE";
    private readonly LogFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void After_a_sync_that_failed_the_log_takes_nothing_more_until_it_is_opened_again_and_then_syncs_it_all_before_it_is_known()
    {
        bool fails = false;
        var options = OnePartition with
        {
            Deduplicate = true,
            FlushFile = handle =>
            {
                if (fails)
                    throw new IOException("Input/output error", 5);
                Durable.Flush(handle);
            },
        };
        using (var log = EventLog.Open(fixture.Directory, options))
        {
            log.Append(Events(0, 5));
            log.Flush();
            log.Append(Events(5, 5));
            fails = true;
            Should.Throw<LogFailedException>(log.Flush).Message.ShouldContain("Input/output error");
            fails = false;
            Should.Throw<LogFailedException>(() => log.Append(Events(5, 5)));
            Should.Throw<LogFailedException>(log.Flush);
            log.Trouble!.ShouldContain("started again");
        }

        LogEnds.TryLoad(fixture.Directory, null, [])!.Ends[0].Offset.ShouldBe(5);
        fails = true;
        Should.Throw<IOException>(() => EventLog.Open(fixture.Directory, options)).Message.ShouldContain("Input/output error");
        fails = false;
        using var reopened = EventLog.Open(fixture.Directory, options);
        LogEnds.TryLoad(fixture.Directory, null, [])!.Ends[0].Offset.ShouldBe(10);
        reopened.Append(Events(0, 10)).Duplicates.ShouldBe(10);
    }

    [Fact]
    public void What_a_killed_process_had_not_flushed_is_written_again_and_synced_by_the_next_from_the_flushed_end_on()
    {
        var small = OnePartition with { SegmentBytes = 4096 };
        byte[] ends;
        using (var log = EventLog.Open(fixture.Directory, small))
        {
            log.Append(Events(0, 120));
            log.Flush();
            ends = File.ReadAllBytes(Path.Combine(fixture.Directory, LogEnds.FileName));
            log.Append(Events(120, 180));
        }

        File.WriteAllBytes(Path.Combine(fixture.Directory, LogEnds.FileName), ends);
        File.WriteAllBytes(Path.Combine(fixture.Directory, LogEnds.CopyName), ends);
        var synced = new List<string>();
        using var reopened = EventLog.Open(fixture.Directory, small with { FlushFile = handle => synced.Add(DirectoryHandle.PathOf(handle) ?? "") });
        // The first segment was flushed wholly; the others were not.
        synced.ShouldBe(fixture.Segments()[1..]);
        ReadAll(reopened, 0).ShouldBe(Events(0, 300));
    }

    [Fact]
    public async Task A_sync_that_the_system_fails_is_not_taken_for_done()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/strace"), "NOT RUN: strace, which makes a sync fail, is not here.");
        var start = new ProcessStartInfo("strace", ["-f", "-qq", "-e", "trace=fsync", "-e", "inject=fsync:error=EIO:when=1+", "-o", "/dev/null",
            Path.Combine(AppContext.BaseDirectory, "Eip.Pipeline.Tests")]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment[ChildVariable] = Path.Combine(fixture.Directory, "file");
        using var child = Process.Start(start)!;
        string told = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string trouble = await child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(trouble.Contains("ptrace", StringComparison.Ordinal), "NOT RUN: strace may not trace here.");
        told.Trim().ShouldBe("file: Input/output error, directory: Input/output error, whole file: Input/output error");
    }

    /// <summary>Makes this very program the child when it is started as one.</summary>
    [ModuleInitializer]
    internal static void BeTheChildIfAsked()
    {
        if (Environment.GetEnvironmentVariable(ChildVariable) is not { } path)
            return;
        using (SafeFileHandle file = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, "bytes"u8, 0);
            Console.Write($"file: {Told(() => Durable.Flush(file))}");
        }

        Console.Write($", directory: {Told(() => Durable.FlushDirectory(Path.GetDirectoryName(path)!))}");
        Console.WriteLine($", whole file: {Told(() => AtomicFile.Write(path, static stream => stream.Write("anew"u8)))}");
        Environment.Exit(0);
    }

    private static string Told(Action action)
    {
        try
        {
            action();
            return "done";
        }
        catch (IOException exception)
        {
            return exception.Message[(exception.Message.LastIndexOf(':') + 2)..];
        }
    }
}

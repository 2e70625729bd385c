using System.Diagnostics;
using Eip.Pipeline.Log;
using static Eip.Pipeline.Tests.Log.LogFixture;

namespace Eip.Pipeline.Tests.Log;

public sealed class FullDiskTests : IDisposable
{
    private readonly LogFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_disk_that_fills_up_at_any_byte_corrupts_nothing_and_the_log_goes_on_when_there_is_space(bool deduplicate)
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        var disk = new SmallDisk { Space = long.MaxValue };
        var options = new EventLogOptions { Partitions = 2, SegmentBytes = 4096, Deduplicate = deduplicate, Write = disk.Write };
        int next = 0, refusals = 0;
        using (var log = EventLog.Open(fixture.Directory, options))
        {
            while (next < 5000)
            {
                disk.Space = random.Next(6000);
                int count = random.Next(1, 200);
                try
                {
                    log.Append(Events(next, count));
                    next += count;
                }
                catch (LogFullException exception)
                {
                    exception.Message.ShouldContain(fixture.Directory);
                    refusals++;
                    EventLog.Examine(log.DirectoryPath).Damages.ShouldBeEmpty($"seed {seed}");
                    disk.Space = long.MaxValue;
                    log.Append(Events(next, count));
                    next += count;
                }
            }

            EventLog.Examine(log.DirectoryPath).Damages.ShouldBeEmpty();
            Check(log);
        }

        refusals.ShouldBeGreaterThan(0);
        using var reopened = EventLog.Open(fixture.Directory, options with { Write = RandomAccess.Write });
        reopened.Recovery.Sentences.ShouldBeEmpty();
        Check(reopened);

        void Check(EventLog log)
        {
            var ids = ReadAll(log).Select(static @event => @event.Id).ToList();
            ids.Distinct().Order().ShouldBe(Events(0, next).Select(static @event => @event.Id).Order(), $"seed {seed}");
            if (deduplicate)
                ids.Count.ShouldBe(next);
        }
    }

    [Fact]
    public void On_a_file_system_that_is_full_an_append_is_refused_and_goes_on_after_space_is_freed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Mounting a small file system needs root on Linux.");
        string mount = Path.Combine(fixture.Directory, "small");
        Directory.CreateDirectory(mount);
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", mount), "A small file system cannot be mounted here.");
        try
        {
            string ballast = Path.Combine(mount, "ballast");
            File.WriteAllBytes(ballast, new byte[1_000_000]);
            using (var log = EventLog.Open(Path.Combine(mount, "log"), OnePartition with { SegmentBytes = 300_000 }))
            {
                int next = 0;
                Should.Throw<LogFullException>(() =>
                {
                    for (; next < 100_000; next += 500)
                        log.Append(Events(next, 500));
                });
                Should.Throw<LogFullException>(() => log.Append(Events(next, 5000)));
                EventLog.Examine(log.DirectoryPath).Damages.ShouldBeEmpty();
                File.Delete(ballast);
                int from = (int)log.EndOffset(0);
                log.Append(Events(0, 500));
                ReadAll(log, 0, from).ShouldBe(Events(0, 500));
                log.Flush();
            }

            using var reopened = EventLog.Open(Path.Combine(mount, "log"), OnePartition);
            reopened.Recovery.Sentences.ShouldBeEmpty();
            EventLog.Examine(reopened.DirectoryPath).Damages.ShouldBeEmpty();
        }
        finally
        {
            Run("umount", mount);
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private sealed class SmallDisk
    {
        private const int NoSpace = 28;

        public long Space { get; set; }

        public void Write(Microsoft.Win32.SafeHandles.SafeFileHandle handle, ReadOnlySpan<byte> bytes, long position)
        {
            int fitting = (int)Math.Min(Space, bytes.Length);
            RandomAccess.Write(handle, bytes[..fitting], position);
            Space -= fitting;
            if (fitting < bytes.Length)
                throw new IOException("No space left on device", NoSpace);
        }
    }
}

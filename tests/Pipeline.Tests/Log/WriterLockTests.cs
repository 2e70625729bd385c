using System.Diagnostics;
using Eip.Pipeline.Log;
using static Eip.Pipeline.Tests.Log.LogFixture;

namespace Eip.Pipeline.Tests.Log;

public sealed class WriterLockTests : IDisposable
{
    private readonly LogFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void A_lock_file_that_was_removed_lets_no_second_writer_in_and_the_first_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Directories are locked on Linux.");
        using var log = EventLog.Open(fixture.Directory, OnePartition);
        log.Append(Events(0, 10));
        File.Delete(Path.Combine(fixture.Directory, "writer.lock"));
        Should.Throw<LogBusyException>(() => EventLog.Open(fixture.Directory, OnePartition)).ProcessId.ShouldBe(Environment.ProcessId);
        Should.Throw<LogBusyException>(() => EventLog.Repair(fixture.Directory));
        EventLog.WriterOf(fixture.Directory).ShouldBe(Environment.ProcessId);
        log.Append(Events(10, 10));
        log.Flush();
        // For earlier versions of EIP, which look at the file alone.
        File.Exists(Path.Combine(fixture.Directory, "writer.lock")).ShouldBeTrue();
        ReadAll(log, 0).ShouldBe(Events(0, 20));
    }

    [Fact]
    public void A_writer_whose_lock_file_another_process_took_stops()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Directories are locked on Linux.");
        using var log = EventLog.Open(fixture.Directory, OnePartition);
        string path = Path.Combine(fixture.Directory, "writer.lock");
        File.Delete(path);
        using var other = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        Should.Throw<LogFailedException>(() => log.Append(Events(0, 1))).Message.ShouldContain("another process took the lock");
        log.Trouble.ShouldNotBeNull();
    }

    [Fact]
    public void A_log_that_was_moved_or_deleted_while_it_was_written_takes_no_more_events()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Open files are followed on Linux.");
        string directory = Path.Combine(fixture.Directory, "log");
        foreach (bool moved in new[] { true, false })
        {
            using var log = EventLog.Open(directory, OnePartition);
            log.Append(Events(0, 1));
            if (moved)
                Directory.Move(directory, directory + "-elsewhere");
            else
                Directory.Delete(directory, recursive: true);
            Directory.CreateDirectory(directory);
            Should.Throw<LogFailedException>(() => log.Append(Events(1, 1))).Message.ShouldContain("moved or deleted");
            Should.Throw<LogFailedException>(log.Flush);
        }
    }

    [Fact]
    public void A_segment_that_was_deleted_while_it_was_written_fails_the_flush()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Open files are followed on Linux.");
        using var log = EventLog.Open(fixture.Directory, OnePartition);
        log.Append(Events(0, 5));
        File.Delete(fixture.Segments()[0]);
        Should.Throw<LogFailedException>(log.Flush).Message.ShouldContain("deleted");
        Should.Throw<LogFailedException>(() => log.Append(Events(5, 5)));
    }

    [Fact]
    public void The_lock_does_not_outlive_the_writer_in_a_program_that_it_started()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It starts a program of Linux.");
        Process child;
        using (EventLog.Open(fixture.Directory, OnePartition))
            child = Process.Start("sleep", "60");
        using (child)
        {
            EventLog.Open(fixture.Directory, OnePartition).Dispose();
            child.Kill();
        }
    }
}

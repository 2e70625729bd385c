namespace Eip.Cli.Tests;

public sealed class DamagedHomeTests : IDisposable
{
    private static readonly string[][] Readers =
        [["digest"], ["export", "cards"], ["lanes"], ["card", Shop.Late], ["status"], ["tail"], ["log", "stats"], ["log", "cat"]];

    private readonly Shop shop = new();

    private string Log => Path.Combine(shop.Home, "log");

    public void Dispose() => shop.Dispose();

    [Fact]
    public void A_changed_byte_is_an_error_to_every_command_though_snapshots_hide_it_and_a_repair_and_a_backfill_make_it_good()
    {
        shop.Eip("backfill", "--data", shop.Data).ExitCode.ShouldBe(0);
        string digest = shop.Eip("digest").Output;
        string segment = Directory.GetFiles(Log, "*.log", SearchOption.AllDirectories).First(static path => new FileInfo(path).Length > 100);
        byte[] bytes = File.ReadAllBytes(segment);
        bytes[60] ^= 8;
        File.WriteAllBytes(segment, bytes);
        string[][] commands = [.. Readers, ["backfill", "--data", shop.Data], ["rebuild"]];
        foreach (string[] command in commands)
        {
            var outcome = shop.Eip(command);
            outcome.ExitCode.ShouldBe(1, string.Join(' ', command));
            outcome.Error.ShouldContain($"'{segment}', byte 32, offset 0", Case.Sensitive, string.Join(' ', command));
            outcome.Error.ShouldContain("1 event that had been flushed is missing or unreadable");
            outcome.Output.ShouldBeEmpty(string.Join(' ', command));
        }

        File.ReadAllBytes(segment).ShouldBe(bytes);
        var doctor = shop.Eip("doctor");
        doctor.ExitCode.ShouldBe(1);
        doctor.Output.ShouldContain($"bad   log       '{segment}', byte 32, offset 0");

        var repair = shop.Eip("log", "repair");
        repair.ExitCode.ShouldBe(0);
        repair.Output.ShouldContain("1 that had been flushed are gone");
        shop.Eip("backfill", "--data", shop.Data).Error.ShouldContain("1 events appended");
        shop.Eip("digest").Output.ShouldBe(digest);
        shop.Eip("doctor").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void A_partition_that_was_removed_is_told_by_the_doctor_and_by_readers()
    {
        shop.Eip("backfill", "--data", shop.Data).ExitCode.ShouldBe(0);
        string partition = Path.GetDirectoryName(Directory.GetFiles(Log, "*.log", SearchOption.AllDirectories).First(static path => new FileInfo(path).Length > 100))!;
        Directory.Delete(partition, recursive: true);
        var doctor = shop.Eip("doctor");
        doctor.ExitCode.ShouldBe(1);
        doctor.Output.ShouldContain($"'{partition}', byte 0, offset 0: this partition is missing");
        shop.Eip("export", "cards").ExitCode.ShouldBe(1);
        shop.Eip("status").ExitCode.ShouldBe(1);
    }

    [Fact]
    public void A_corrected_file_that_is_read_again_ends_in_the_digest_of_a_fresh_home_and_is_counted()
    {
        string sellers = Path.Combine(shop.Data, "olist_sellers_dataset.csv"), right = File.ReadAllText(sellers);
        File.WriteAllText(sellers, right.Replace(",SP", ",sp", StringComparison.Ordinal));
        shop.Eip("backfill", "--data", shop.Data).ExitCode.ShouldBe(3);
        File.WriteAllText(sellers, right);
        shop.Eip("backfill", "--data", shop.Data).Error.ShouldContain("known with other contents and corrected");
        shop.Eip("backfill", "--data", shop.Data).Error.ShouldContain("0 events appended");
        string fresh = shop.Home + "-fresh";
        shop.Eip("backfill", "--data", shop.Data, "--home", fresh).ExitCode.ShouldBe(0);
        shop.Eip("digest").Output.ShouldBe(shop.Eip("digest", "--home", fresh).Output);
    }
}

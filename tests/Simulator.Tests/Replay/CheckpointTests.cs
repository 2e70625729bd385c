using Eip.Simulator.Replay;

namespace Eip.Simulator.Tests.Replay;

public sealed class CheckpointTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("eip-checkpoint-").FullName;

    private string CheckpointFile => Path.Combine(folder, "a.checkpoint");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_last_state_that_was_saved_is_found_again()
    {
        using (var checkpoint = ReplayCheckpoint.Open(CheckpointFile))
        {
            checkpoint.State.ShouldBeNull();
            for (int position = 1; position <= 7; position++)
                checkpoint.Save(State(position));
        }

        using var again = ReplayCheckpoint.Open(CheckpointFile);
        again.State.ShouldBe(State(7));
    }

    [Fact]
    public void A_write_that_was_torn_anywhere_leaves_the_state_before()
    {
        using (var checkpoint = ReplayCheckpoint.Open(CheckpointFile))
        {
            checkpoint.Save(State(1));
            checkpoint.Save(State(2));
        }

        byte[] before = File.ReadAllBytes(CheckpointFile);
        using (var checkpoint = ReplayCheckpoint.Open(CheckpointFile))
            checkpoint.Save(State(333_333));
        byte[] after = File.ReadAllBytes(CheckpointFile);
        int[] differing = [.. Enumerable.Range(0, after.Length).Where(i => i >= before.Length || before[i] != after[i])];

        foreach (int torn in differing)
        {
            byte[] mixed = [.. after[..torn], .. before[Math.Min(torn, before.Length)..]];
            File.WriteAllBytes(CheckpointFile, mixed);
            using var checkpoint = ReplayCheckpoint.Open(CheckpointFile);
            checkpoint.State.ShouldBe(State(2), $"torn at byte {torn}");
        }
    }

    [Fact]
    public void A_cleared_checkpoint_leaves_no_file()
    {
        using (var checkpoint = ReplayCheckpoint.Open(CheckpointFile))
        {
            checkpoint.Save(State(1));
            checkpoint.Clear();
        }

        File.Exists(CheckpointFile).ShouldBeFalse();
    }

    [Fact]
    public void Two_replays_cannot_share_a_checkpoint()
    {
        using var checkpoint = ReplayCheckpoint.Open(CheckpointFile);
        Should.Throw<IOException>(() => ReplayCheckpoint.Open(CheckpointFile));
    }

    private static CheckpointState State(long position) => new("id", 5, position, 1_600_000_000 + position, "1,2,3", 12, 1);
}

using Eip.Streams.Kafka.Provider;
using FsCheck;
using FsCheck.Fluent;

namespace Eip.Streams.Kafka.Tests;

public sealed class PartitionShareTests
{
    [Fact]
    public void Every_partition_has_exactly_one_silo_and_shares_differ_by_one_at_most() => Prop.ForAll(
        Gen.Choose(1, 9).SelectMany(static silos => Gen.Choose(0, 60).Select(partitions => (silos, partitions))).ToArbitrary(),
        static size =>
        {
            var shares = Shares(Silos(size.silos), size.partitions);
            return shares.Values.SelectMany(static share => share).Order().SequenceEqual(Enumerable.Range(0, size.partitions))
                && shares.Values.Max(static share => share.Count) - shares.Values.Min(static share => share.Count) <= 1;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_silo_that_joins_moves_few_partitions_beside_its_own_share()
    {
        var before = Shares(Silos(4), 64);
        var after = Shares(Silos(5), 64);
        int moved = before.Sum(silo => silo.Value.Except(after[silo.Key]).Count());
        moved.ShouldBeLessThan(32);
    }

    [Fact]
    public void The_order_in_which_silos_are_listed_does_not_matter()
    {
        var forwards = Shares(Silos(5), 33);
        var backwards = Shares([.. Silos(5).Reverse()], 33);
        foreach (var (silo, share) in forwards)
            share.ShouldBe(backwards[silo]);
    }

    [Fact]
    public void A_silo_that_is_not_active_has_no_share() =>
        PartitionShare.Of("leaving", Silos(2), [0, 1, 2], static partition => $"{partition}").ShouldBeEmpty();

    private static string[] Silos(int count) => [.. Enumerable.Range(0, count).Select(static silo => $"10.0.0.{silo}:11111@{silo * 7919}")];

    private static Dictionary<string, List<int>> Shares(string[] silos, int partitions)
    {
        int[] all = [.. Enumerable.Range(0, partitions)];
        return silos.ToDictionary(static silo => silo, silo => PartitionShare.Of(silo, silos, all, static partition => $"events/{partition}").ToList());
    }
}

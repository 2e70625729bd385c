using System.Diagnostics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Eip.Grains.Tests.Support;
using Eip.Testing;
using Npgsql;

namespace Eip.Grains.Tests;

/// <summary>
/// Drills of an operator with a backup. A store leads by its own position, whatever the group's offsets say: restored, lost or emptied beneath running
/// silos, it is filled again from the log.
/// </summary>
public sealed class StoreWentBackTests
{
    [Fact]
    public async Task A_database_restored_lost_or_emptied_and_a_group_reset_both_ways_end_in_the_digest_of_the_log()
    {
        string? dump = ServerProcess.Find("pg_dump");
        Assert.SkipWhen(dump is null, "There is no pg_dump.");
        await using var cluster = await SiloCluster.StartAsync(silos: 2);
        var events = Orders.Events(seed: 70, orders: 3_000);
        var parts = events.Chunk((events.Length / 6) + 1).ToArray();
        int appended = 0;

        // A backup made midway, restored while no silo runs.
        await AppendAsync();
        await SettleAsync();
        string backup = await RunAsync(dump!, "--dbname", Uri(cluster.Database.ConnectionString));
        await AppendAsync();
        await SettleAsync();
        await StopAsync();
        await cluster.Database.RecreateAsync();
        await RunAsync(ServerProcess.Find("psql")!, "--quiet", "--dbname", Uri(cluster.Database.ConnectionString), "--file", await FileAsync(backup));
        await cluster.AddAsync();
        await AppendAsync();
        await SettleAsync();

        // Everything emptied beneath a running silo, by somebody who meant another database.
        await cluster.AddAsync();
        await cluster.Database.ExecuteAsync("truncate eip_case, eip_ingest, route_stats_daily");
        await SettleAsync();

        // The group set to the end while events wait that nobody has read, and to the beginning.
        await StopAsync();
        await AppendAsync();
        await ResetAsync(OffsetSpec.Latest());
        await cluster.AddAsync();
        await SettleAsync();
        await StopAsync();
        await AppendAsync();
        await ResetAsync(OffsetSpec.Earliest());
        await cluster.AddAsync();
        await SettleAsync();

        // The database lost while no silo runs.
        await StopAsync();
        await AppendAsync();
        await cluster.Database.RecreateAsync();
        await cluster.Database.MigrateAsync();
        await cluster.AddAsync();
        await SettleAsync();

        appended.ShouldBe(parts.Length);

        Task AppendAsync() => cluster.AppendAsync(parts[appended++]);

        async Task SettleAsync()
        {
            await cluster.ShouldComeToAsync(new Reference(parts.Take(appended).SelectMany(static part => part)));
            await Wait.Until(async () => (await cluster.StatusAsync()).LagEvents == 0, "the position is at the end");
        }

        async Task StopAsync()
        {
            while (cluster.Silos.Count > 0)
                await cluster.StopAsync(cluster.Silos[^1]);
        }

        async Task ResetAsync(OffsetSpec to)
        {
            var options = cluster.LogOptions;
            using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.BootstrapServers }).Build();
            var partitions = Enumerable.Range(0, cluster.Partitions).Select(partition => new TopicPartition(options.Topic, partition)).ToArray();
            var ends = await admin.ListOffsetsAsync(partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = to }));
            await admin.AlterConsumerGroupOffsetsAsync(
                [new ConsumerGroupTopicPartitionOffsets(cluster.Group, [.. ends.ResultInfos.Select(static end => end.TopicPartitionOffsetError.TopicPartitionOffset)])]);
        }
    }

    private static string Uri(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return $"postgresql://{parts.Username}@{parts.Host}:{parts.Port}/{parts.Database}";
    }

    private static async Task<string> FileAsync(string content)
    {
        string path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, content);
        return path;
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, await errors);
        return output;
    }
}

using System.Text;
using Eip.Domain;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;
using FsCheck;
using FsCheck.Fluent;

namespace Eip.Pipeline.Tests.Engine;

public sealed class PublishTests
{
    [Fact]
    public void The_store_equals_the_projection_after_every_publish_even_when_some_fail_midway() => Prop.ForAll(
        Logs.Arrivals.ToArbitrary(),
        Gen.Choose(1, 4).ToArbitrary(),
        (arrival, failEvery) =>
        {
            using var home = new TestHome();
            using var pipeline = EmbeddedPipeline.Over(home.Home, new PipelineOptions(), new MemoryLog(arrival.Partitions));
            var store = new MemoryStats();
            int publishes = 0;
            foreach (var batch in arrival.Batches())
            {
                pipeline.Append(batch.Span);
                pipeline.CatchUpAsync().Wait();
                store.Fails = ++publishes % (failEvery + 1) == 0;
                try
                {
                    pipeline.PublishAsync(store).GetAwaiter().GetResult();
                }
                catch (IOException) when (store.Fails)
                {
                    continue;
                }

                store.Rows.Values.ShouldBe(pipeline.RouteStats());
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Only_what_changed_is_written_once_the_store_is_known()
    {
        using var home = new TestHome();
        using var pipeline = EmbeddedPipeline.Over(home.Home, new PipelineOptions(), new MemoryLog(2));
        var store = new MemoryStats();
        pipeline.Append(Logs.Plain(500));
        await pipeline.CatchUpAsync(null, TestContext.Current.CancellationToken);
        await pipeline.PublishAsync(store, TestContext.Current.CancellationToken);
        (store.Replaced, store.Applied).ShouldBe((1, 0));
        pipeline.Append(Logs.Plain(1, seed: 99));
        await pipeline.CatchUpAsync(null, TestContext.Current.CancellationToken);
        await pipeline.PublishAsync(store, TestContext.Current.CancellationToken);
        (store.Replaced, store.Applied).ShouldBe((1, 1));
        store.LastChanged.ShouldBeInRange(1, 2);
        store.Rows.Values.ShouldBe(pipeline.RouteStats());
    }

    [Fact]
    public async Task The_file_holds_the_canonical_rows_under_their_header()
    {
        using var home = new TestHome();
        using var pipeline = EmbeddedPipeline.Over(home.Home, new PipelineOptions(), new MemoryLog(2));
        pipeline.Append(Logs.Plain(500));
        await pipeline.CatchUpAsync(null, TestContext.Current.CancellationToken);
        await pipeline.PublishAsync(null, TestContext.Current.CancellationToken);
        var expected = new System.Buffers.ArrayBufferWriter<byte>();
        CanonicalCsv.WriteHeader(expected, CanonicalCsv.RouteStatsHeader);
        foreach (var row in pipeline.RouteStats())
            CanonicalCsv.Write(expected, row);
        File.ReadAllText(home.Home.RouteStatsFile).ShouldBe(Encoding.UTF8.GetString(expected.WrittenSpan));
        Directory.GetFiles(home.Home.Path, "*.tmp", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public void A_file_stays_as_it_was_when_writing_fails()
    {
        using var home = new TestHome();
        string path = Path.Combine(home.Home.Path, "kept");
        AtomicFile.Write(path, stream => stream.Write("old"u8));
        Should.Throw<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("half"u8);
            throw new IOException("No space is left.");
        }));
        File.ReadAllText(path).ShouldBe("old");
        Directory.GetFiles(home.Home.Path).ShouldHaveSingleItem();
    }

    private sealed class MemoryStats : IRouteStatsStore
    {
        public SortedDictionary<(DateOnly, uint), RouteStats> Rows { get; } = [];

        public bool Fails { get; set; }

        public int Replaced { get; private set; }

        public int Applied { get; private set; }

        public int LastChanged { get; private set; }

        public Task ApplyAsync(IReadOnlyCollection<RouteStats> changed, IReadOnlyCollection<RouteStatsKey> removed, CancellationToken cancellationToken = default)
        {
            ThrowIfFailing();
            Applied++;
            LastChanged = changed.Count + removed.Count;
            foreach (var row in changed)
                Rows[(row.StatDate, row.Lane.Code)] = row;
            foreach (var key in removed)
                Rows.Remove((key.StatDate, key.Lane.Code));
            return Task.CompletedTask;
        }

        public Task ReplaceAllAsync(IReadOnlyCollection<RouteStats> rows, CancellationToken cancellationToken = default)
        {
            ThrowIfFailing();
            Replaced++;
            Rows.Clear();
            foreach (var row in rows)
                Rows.Add((row.StatDate, row.Lane.Code), row);
            return Task.CompletedTask;
        }

        private void ThrowIfFailing()
        {
            if (Fails)
                throw new IOException("The connection is gone.");
        }
    }
}

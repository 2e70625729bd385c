using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Eip.Domain;
using Eip.Pipeline;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;
using Eip.Simulator.Olist;
using Eip.Simulator.Synthetic;

namespace Eip.Bench.Api;

/// <summary>
/// The Ops API under load: server and clients in one process on the same processors, over a real socket. With <c>EIP_POSTGRES</c> set, the same
/// questions are put to PostgreSQL over the same cards in the same run.
/// </summary>
internal static class ApiBench
{
    private const int Clients = 16;
    private const ulong Seed = 20_181_017;

    /// <summary>Runs with a number of orders (1,000,000 when none is given) and seconds for each measurement (5).</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        int orders = args.Length > 0 ? int.Parse(args[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture) : 1_000_000;
        var duration = TimeSpan.FromSeconds(args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 5);
        string folder = Directory.CreateTempSubdirectory("eip-bench-api-").FullName;
        try
        {
            var history = Generate(Path.Combine(folder, "data"), orders);
            await StartToReadyAsync(Path.Combine(folder, "small"), history, Math.Min(orders, 100_000));
            var home = new Home(Path.Combine(folder, "home"));
            await FillAsync(home, history, long.MaxValue);
            var (server, ready) = await BenchServer.StartAsync(home);
            await using (server)
            {
                Console.WriteLine($"{orders:N0} orders, {history.EventCount:N0} events; {Environment.ProcessorCount} processors for server and load; ready after {ready.TotalSeconds:N2} s");
                await MeasureAsync(server, await QuestionsAsync(server.Host.Pipeline), duration);
            }

            await IngestAsync(new Home(Path.Combine(folder, "ingest")), history);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(BenchServer server, ApiQuestions questions, TimeSpan duration)
    {
        Task<RawConnection> Open(int client) => RawConnection.OpenAsync(server.Port);
        var card = await Load.RunAsync(Clients, duration, Open, async (client, random) =>
            await client.ExchangeAsync(RawConnection.Get("/api/v1/shipments/" + questions.OrderId(random))));
        Tell("card by id", card, "at least 15,000 a second", card.PerSecond >= 15_000);
        var search = await Load.RunAsync(Clients, duration, Open, async (client, random) =>
        {
            var (status, region, from, to) = ApiQuestions.Search(random);
            await client.ExchangeAsync(RawConnection.Get(string.Create(
                CultureInfo.InvariantCulture, $"/api/v1/shipments?status={status}&sellerRegion={region}&orderedFrom={from:yyyy-MM-dd}&orderedTo={to:yyyy-MM-dd}&facets=true&limit=50")));
        });
        Tell("search with facets", search, "99th percentile under 25 ms with 16 clients", search.P99 < 25);
        // One client: the time of an answer, not of a queue before it.
        var lane = await Load.RunAsync(1, duration, Open, async (client, random) =>
        {
            var asked = questions.Lane(random);
            await client.ExchangeAsync(RawConnection.Get($"/api/v1/lanes/{asked.Seller}/{asked.Customer}"));
        });
        Tell("lane KPIs", lane, "99th percentile under 5 ms", lane.P99 < 5);
        if (Environment.GetEnvironmentVariable("EIP_POSTGRES") is not { Length: > 0 } connection)
        {
            Console.WriteLine("EIP_POSTGRES is not set: PostgreSQL is not compared.");
            return;
        }

        await using var postgres = await PostgresCards.LoadAsync(connection, server.Host.Pipeline.EnumerateCases().Select(static snapshot => snapshot.Card));
        Task<PostgresCards.Client> OpenPostgres(int client) => postgres.OpenAsync();
        Compare("card by id", card, await Load.RunAsync(Clients, duration, OpenPostgres, (client, random) => client.CardAsync(questions.OrderId(random))));
        Compare("search with facets", search, await Load.RunAsync(Clients, duration, OpenPostgres, (client, random) => client.SearchAsync(ApiQuestions.Search(random))));
        Compare("lane KPIs", lane, await Load.RunAsync(1, duration, OpenPostgres, (client, random) => client.LaneAsync(questions.Lane(random))));
    }

    private static async Task StartToReadyAsync(string folder, OlistHistory history, int orders)
    {
        var home = new Home(folder);
        await FillAsync(home, history, history.EventCount * orders / history.OrderCount);
        await using (var pipeline = EmbeddedPipeline.Open(home, new PipelineOptions()))
        {
            await pipeline.RebuildAsync();
            await pipeline.PublishAsync();
        }

        var (server, ready) = await BenchServer.StartAsync(home);
        await using (server)
            Console.WriteLine($"start to ready, {orders:N0} orders: {ready.TotalSeconds:N2} s (under 2 s: {Verdict(ready.TotalSeconds < 2)})");
    }

    private static async Task IngestAsync(Home home, OlistHistory history)
    {
        const int PerRequest = 50_000;
        var requests = new List<byte[]>();
        long count = 0;
        foreach (byte[] body in Bodies(history, PerRequest).Take(20))
            requests.Add(RawConnection.Post(body));
        var (server, _) = await BenchServer.StartAsync(home);
        await using (server)
        {
            using var connection = await RawConnection.OpenAsync(server.Port);
            // The first bodies warm up and are not counted.
            int warmUp = Math.Min(3, requests.Count - 1);
            foreach (byte[] request in requests.Take(warmUp))
                await connection.ExchangeAsync(request);
            var watch = Stopwatch.StartNew();
            foreach (byte[] request in requests.Skip(warmUp))
            {
                using var told = JsonDocument.Parse(await connection.ExchangeAsync(request));
                count += told.RootElement.GetProperty("appended").GetInt64();
            }

            double perSecond = count / watch.Elapsed.TotalSeconds;
            Console.WriteLine($"ingest, one connection: {perSecond:N0} events/s, {count:N0} events durable in {watch.Elapsed.TotalSeconds:N2} s (at least 200,000: {Verdict(perSecond >= 200_000)})");
        }
    }

    private static IEnumerable<byte[]> Bodies(OlistHistory history, int perRequest)
    {
        var lines = new ArrayBufferWriter<byte>(perRequest * 330);
        int held = 0;
        foreach (var batch in history.Batches())
        {
            for (int i = 0; i < batch.Length; i++)
            {
                using (var writer = new Utf8JsonWriter(lines))
                    EventJson.Write(writer, batch.Span[i]);
                lines.Write("\n"u8);
                if (++held < perRequest)
                    continue;
                yield return lines.WrittenSpan.ToArray();
                lines.ResetWrittenCount();
                held = 0;
            }
        }

        if (held > 0)
            yield return lines.WrittenSpan.ToArray();
    }

    private static OlistHistory Generate(string folder, int orders)
    {
        SyntheticDataSet.Generate(folder, orders, Seed);
        using var rejects = new JsonLinesRejectSink(Path.Combine(folder, "rejects.jsonl"));
        return OlistReader.Read(folder, rejects);
    }

    private static async Task FillAsync(Home home, OlistHistory history, long events)
    {
        await using var pipeline = EmbeddedPipeline.Open(home, new PipelineOptions());
        foreach (var batch in history.Batches())
        {
            pipeline.Append(batch.Span[..(int)Math.Min(batch.Length, events)]);
            if ((events -= batch.Length) <= 0)
                break;
        }

        await pipeline.CatchUpAsync();
        await pipeline.PublishAsync();
    }

    private static async Task<ApiQuestions> QuestionsAsync(EmbeddedPipeline pipeline)
    {
        int step = Math.Max(1, (int)((await pipeline.GetAsync()).OrderCount / 20_000));
        string[] ids = [.. pipeline.EnumerateCases().Where((_, i) => i % step == 0).Select(static snapshot => snapshot.Card.OrderId.ToString())];
        var lanes = await pipeline.ListAsync(DateRange.All);
        return new ApiQuestions(ids, [.. lanes.Select(static figures => figures.Lane)]);
    }

    private static void Tell(string what, LoadResult result, string goal, bool reached) =>
        Console.WriteLine($"{what}: {result.PerSecond:N0} a second, p50 {result.P50:N2} ms, p99 {result.P99:N2} ms, max {result.Max:N1} ms ({goal}: {Verdict(reached)})");

    private static void Compare(string what, LoadResult ours, LoadResult theirs) =>
        Console.WriteLine($"{what}, PostgreSQL: {theirs.PerSecond:N0} a second, p99 {theirs.P99:N2} ms; EIP answers {ours.PerSecond / theirs.PerSecond:N1} times as many, with {ours.P99 / theirs.P99:N2} of its p99");

    private static string Verdict(bool reached) => reached ? "yes" : "NO";
}

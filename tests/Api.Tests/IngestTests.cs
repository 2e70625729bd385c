using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Eip.Api.Http;
using Eip.Api.Ingest;
using Eip.Domain;
using Eip.Tests.OpsApi;

namespace Eip.Api.Tests;

public sealed class IngestTests
{
    private static readonly FulfillmentEvent[] Events = Fixtures.Orders(40, 77);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_is_read_the_same_however_it_is_cut_into_pieces(bool asArray)
    {
        var random = new Random(4);
        byte[] body = asArray ? Fixtures.Array(Events) : Fixtures.Ndjson(Events);
        for (int round = 0; round < 40; round++)
        {
            var read = await ReadAsync(body, random, round < 2 ? 1 : random.Next(2, 900));
            read.Events.ToArray().ShouldBe(Events, $"round {round}");
            read.Letters.ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n\n")]
    [InlineData("\n  \t\n")]
    public async Task Lines_end_as_lines_do_and_blank_ones_do_not_count(string end)
    {
        string text = string.Join(end, Events.Take(5).Select(static @event => EventJson.ToJson(@event)));
        using var read = await ReadAsync(Encoding.UTF8.GetBytes("\uFEFF" + text), new Random(1), 4_096);
        read.Received.ShouldBe(5);
        read.Events.Length.ShouldBe(5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_text_that_is_longer_than_an_event_may_be_is_set_aside_whole_and_what_follows_it_is_read(bool asArray)
    {
        var options = new EipApiOptions { MaxEventBytes = 2_000 };
        string good = EventJson.ToJson(Events[0]), bad = $"\"{new string('x', 15_000)}\"";
        byte[] body = Encoding.UTF8.GetBytes(asArray ? $"[{good},{bad},{good}]" : $"{good}\n{bad}\n{good}\n");
        foreach (int piece in new[] { 100, 1_999, 60_000 })
        {
            using var read = await ReadAsync(body, new Random(1), piece, options);
            read.Events.Length.ShouldBe(2);
            read.BadLines.Single().Line.ShouldBe(2);
            read.BadLines.Single().Reason.ShouldContain("2000 bytes");
            read.Letters.Single().Content.ToString().ShouldBe(bad);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("[\"")]
    [InlineData("[{\"a\":\"")]
    public async Task A_text_without_end_ends_the_request_before_it_fills_the_memory(string begin)
    {
        var options = new EipApiOptions { MaxEventBytes = 2_000 };
        byte[] body = Encoding.UTF8.GetBytes(begin + new string('x', 50_000));
        var problem = await Should.ThrowAsync<ApiProblemException>(() => ReadAsync(body, new Random(1), 100, options));
        problem.Status.ShouldBe(413);
        problem.Message.ShouldContain("16000 bytes");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("[\"")]
    [InlineData("[{\"a\":\"")]
    public async Task Each_byte_of_a_body_that_drips_is_looked_at_once(string begin)
    {
        // A look at all that came before, for each of these bytes, takes minutes.
        var options = new EipApiOptions { MaxEventBytes = 8 << 20 };
        var random = new Random(1);
        byte[] first = Encoding.UTF8.GetBytes(begin + new string(begin.Length < 2 ? ' ' : 'x', 8 << 20));
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0, minimumSegmentSize: 1 << 20, useSynchronizationContext: false));
        using var read = new EventBody(options, "test", DateTimeOffset.UnixEpoch);
        var reading = read.ReadAsync(pipe.Reader, stop.Token).AsTask();
        await pipe.Writer.WriteAsync(first);
        for (int i = 0; i < 20_000; i++)
            await pipe.Writer.WriteAsync(first.AsMemory(first.Length - 1, 1), stop.Token);
        await pipe.Writer.CompleteAsync();
        await reading.ContinueWith(static _ => { }, TaskScheduler.Default);
        reading.IsCanceled.ShouldBeFalse();
        read.Length.ShouldBe(first.Length + 20_000);
    }

    [Fact]
    public async Task A_line_has_the_number_that_an_editor_gives_it_however_many_blank_ones_come_before()
    {
        byte[] body = Encoding.UTF8.GetBytes("\n \r\n\nbad\n\n\n  worse\n\nworst");
        foreach (int piece in new[] { 1, 2, 100 })
        {
            using var read = await ReadAsync(body, new Random(1), piece);
            read.BadLines.Select(static bad => bad.Line).ShouldBe([4, 7, 9]);
            read.Letters.Select(static letter => letter.Content.ToString()).ShouldBe(["bad", "worse", "worst"]);
        }
    }

    [Fact]
    public async Task A_small_request_cannot_fill_the_disk_with_dead_letters_and_is_told_so()
    {
        await using var host = await MemoryHost.StartAsync(static options => options.MaxSetAsideBytes = 100_000);
        byte[] line = new byte[60_001];
        line.AsSpan().Fill(0x80);
        line[^1] = (byte)'\n';
        using var memory = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(memory, System.IO.Compression.CompressionLevel.Fastest))
            gzip.Write([.. line, .. line]);
        using var answer = await host.PostEventsAsync(memory.ToArray(), encoding: "gzip");
        var (status, problem) = await OpsApiHost.ProblemAsync(answer);
        status.ShouldBe(413);
        problem["detail"]!.GetValue<string>().ShouldContain("2 of 2 lines cannot be read");
        (await host.GetAsync("/api/v1/dead-letters"))["total"]!.GetValue<int>().ShouldBe(0);
        using var one = await host.PostEventsAsync(line);
        JsonNode.Parse(await one.Content.ReadAsStringAsync())!["rejected"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task Elements_of_an_array_that_are_no_events_are_set_aside_one_by_one()
    {
        string good = EventJson.ToJson(Events[0]);
        using var read = await ReadAsync(Encoding.UTF8.GetBytes($"[{good}, 7, null, \"x\", [1,[2]], {{\"orderId\":{{}}}}, {good}]"), new Random(1), 33);
        read.Events.Length.ShouldBe(2);
        read.BadLines.Select(static bad => bad.Line).ShouldBe([2, 3, 4, 5, 6]);
    }

    [Theory]
    [InlineData("[{\"a\":1}")]
    [InlineData("[{\"a\":1} {\"a\":2}]")]
    [InlineData("[1,2,")]
    [InlineData("[] []")]
    [InlineData("[")]
    public async Task An_array_that_is_not_json_is_refused_as_a_whole(string body)
    {
        await using var host = await MemoryHost.StartAsync();
        using var answer = await host.PostEventsAsync(Encoding.UTF8.GetBytes(body), "application/json");
        (await OpsApiHost.ProblemAsync(answer)).Status.ShouldBe(400);
        (await host.GetAsync("/api/v1/dead-letters"))["total"]!.GetValue<int>().ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("[]")]
    public async Task Nothing_is_no_mistake(string body)
    {
        await using var host = await MemoryHost.StartAsync();
        using var answer = await host.PostEventsAsync(Encoding.UTF8.GetBytes(body));
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["received"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public async Task Duplicates_are_counted()
    {
        await using var host = await MemoryHost.StartAsync();
        using var first = await host.PostEventsAsync(Fixtures.Ndjson(Events));
        using var second = await host.PostEventsAsync(Fixtures.Ndjson(Events));
        var told = JsonNode.Parse(await second.Content.ReadAsStringAsync())!;
        told["appended"]!.GetValue<int>().ShouldBe(0);
        told["duplicates"]!.GetValue<int>().ShouldBe(Events.Length);
    }

    [Fact]
    public async Task More_events_than_allowed_are_refused_and_none_is_taken()
    {
        await using var host = await MemoryHost.StartAsync(static options => options.MaxEvents = 10);
        using var answer = await host.PostEventsAsync(Fixtures.Ndjson(Events.AsSpan(0, 11)));
        (await OpsApiHost.ProblemAsync(answer)).Status.ShouldBe(413);
        (await host.GetAsync("/api/v1/shipments"))["total"]!.GetValue<int>().ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task More_bytes_than_allowed_are_refused_even_when_packed_small(bool packed)
    {
        await using var host = await MemoryHost.StartAsync(static options => options.MaxIngestBytes = 100_000, url: "http://127.0.0.1:0");
        byte[] body = new byte[2_000_000];
        body.AsSpan().Fill((byte)'\n');
        if (packed)
        {
            using var memory = new MemoryStream();
            using (var gzip = new System.IO.Compression.GZipStream(memory, System.IO.Compression.CompressionLevel.Optimal))
                gzip.Write(body);
            body = memory.ToArray();
            body.Length.ShouldBeLessThan(100_000);
        }

        using var answer = await host.PostEventsAsync(body, encoding: packed ? "gzip" : null);
        (await OpsApiHost.ProblemAsync(answer)).Status.ShouldBe(413);
    }

    [Theory]
    [InlineData("text/plain", null)]
    [InlineData("application/x-www-form-urlencoded", null)]
    [InlineData("application/x-ndjson", "br")]
    public async Task What_a_form_of_another_site_could_send_is_refused_and_so_is_an_unknown_packing(string type, string? encoding)
    {
        await using var host = await MemoryHost.StartAsync();
        using var answer = await host.PostEventsAsync(Fixtures.Ndjson(Events), type, encoding);
        (await OpsApiHost.ProblemAsync(answer)).Status.ShouldBe(415);
    }

    [Fact]
    public async Task A_packed_body_with_a_part_missing_is_refused()
    {
        await using var host = await MemoryHost.StartAsync();
        using var memory = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(memory, System.IO.Compression.CompressionLevel.Fastest))
            gzip.Write(Fixtures.Ndjson(Events));
        using var cut = await host.PostEventsAsync(memory.ToArray()[..^40], encoding: "gzip");
        (await OpsApiHost.ProblemAsync(cut)).Status.ShouldBe(400);
        using var nothing = await host.PostEventsAsync([], encoding: "gzip");
        (await OpsApiHost.ProblemAsync(nothing)).Status.ShouldBe(400);
        using var noise = await host.PostEventsAsync([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], encoding: "gzip");
        (await OpsApiHost.ProblemAsync(noise)).Status.ShouldBe(400);
        (await host.GetAsync("/api/v1/shipments"))["total"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public async Task A_letter_that_was_put_right_goes_to_the_log_and_one_that_is_unknown_is_not_found()
    {
        await using var host = await MemoryHost.StartAsync();
        using var missing = await host.Client.PostAsync("/api/v1/dead-letters/nobody/retry", null);
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("events", "application/x-ndjson", "10000000000000000\r\n")]
    [InlineData("events", "application/x-ndjson", "ffffffffffffffffffff\r\n")]
    [InlineData("events", "application/x-ndjson", "-1\r\n")]
    [InlineData("replay", "application/json", "10000000000000000\r\n")]
    public async Task Chunks_that_are_none_are_the_senders_mistake(string path, string type, string chunks)
    {
        await using var host = await MemoryHost.StartAsync(url: "http://127.0.0.1:0");
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(host.Client.BaseAddress!.Host, host.Client.BaseAddress.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/v1/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {type}\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"));
        using var reader = new StreamReader(stream);
        (await reader.ReadLineAsync()).ShouldNotBeNull().ShouldStartWith("HTTP/1.1 400");
    }

    private static async Task<EventBody> ReadAsync(byte[] body, Random random, int piece, EipApiOptions? options = null)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0, minimumSegmentSize: 16, useSynchronizationContext: false));
        var read = new EventBody(options ?? new EipApiOptions(), "test", DateTimeOffset.UnixEpoch);
        var reading = read.ReadAsync(pipe.Reader, CancellationToken.None).AsTask();
        for (int at = 0; at < body.Length;)
        {
            int length = Math.Min(body.Length - at, random.Next(1, piece + 1));
            await pipe.Writer.WriteAsync(body.AsMemory(at, length));
            at += length;
        }

        await pipe.Writer.CompleteAsync();
        await reading;
        return read;
    }
}

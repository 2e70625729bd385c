using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Pipeline.Text;
using Eip.Simulator.Faults;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;
using Eip.Simulator.Tests.Replay;

namespace Eip.Simulator.Tests.Sinks;

public sealed class HttpSinkTests : IDisposable
{
    private static readonly Uri Root = new("http://shop.test:5080/");
    private static readonly HttpRetries Fast = HttpRetries.Default with { FirstDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(2) };
    private static readonly MemoryHistory History = Shop.Of(2_000);
    private readonly string folder = Directory.CreateTempSubdirectory("eip-http-").FullName;
    private readonly OpsApi api = new();

    public void Dispose()
    {
        api.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Every_event_arrives_as_packed_json_lines_with_the_api_key()
    {
        await RunAsync(new ReplayPlan { Mode = ReplayMode.Backfill }, Sink());

        api.Events.ToHashSet().SetEquals(History.Events()).ShouldBeTrue();
        api.Events.Count.ShouldBe((int)History.Count);
        api.Keys.ShouldBe(["secret"]);
        api.Requests.ShouldAllBe(request => request.ContentEncoding == "gzip" && request.MediaType == "application/x-ndjson");
    }

    [Fact]
    public async Task Failures_of_every_passing_kind_are_retried_until_all_is_there()
    {
        int asked = 0;
        api.Fail = () => (asked++ % 7) switch
        {
            0 => throw new HttpRequestException("connection refused"),
            1 => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable),
            2 => new HttpResponseMessage(HttpStatusCode.TooManyRequests),
            3 => new HttpResponseMessage(HttpStatusCode.InternalServerError),
            4 => throw new TaskCanceledException("timeout", new TimeoutException()),
            _ => null,
        };

        await RunAsync(new ReplayPlan { Mode = ReplayMode.Backfill, MaxRate = 1_000_000 }, Sink());

        api.Events.ToHashSet().SetEquals(History.Events()).ShouldBeTrue();
    }

    [Fact]
    public async Task Retry_after_is_honoured()
    {
        var time = new ManualTimeProvider();
        int asked = 0;
        api.Fail = () =>
        {
            if (asked++ > 0)
                return null;
            var busy = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            busy.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(90));
            return busy;
        };
        var start = time.GetUtcNow();

        var send = Sink(time).SendAsync(Emissions(10)).AsTask();
        await time.RunAsync(send);

        (time.GetUtcNow() - start).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(90));
        api.Events.Count.ShouldBe(10);
    }

    [Fact]
    public async Task What_the_target_refuses_ends_the_replay_with_its_reason()
    {
        api.Fail = () => new HttpResponseMessage(HttpStatusCode.Unauthorized) { Content = new StringContent("""{"title":"no-key","detail":"A known API key is needed."}""") };

        var refused = await Should.ThrowAsync<ReplayTargetException>(() => Sink().SendAsync(Emissions(1)).AsTask());

        refused.Message.ShouldContain("401");
        refused.Message.ShouldContain("A known API key is needed.");
        api.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task A_target_that_stays_away_ends_the_replay_after_the_last_attempt()
    {
        api.Fail = () => throw new HttpRequestException("connection refused");

        var away = await Should.ThrowAsync<ReplayTargetException>(() => Sink(retries: Fast with { MaxAttempts = 3 }).SendAsync(Emissions(1)).AsTask());

        away.Message.ShouldContain("cannot be reached");
        api.Asked.ShouldBe(4);
    }

    [Fact]
    public async Task Malformed_lines_are_sent_as_they_are_and_counted_by_the_target()
    {
        var plan = new ReplayPlan { Mode = ReplayMode.Backfill, Faults = new FaultPlan { Corrupt = 0.02, Seed = 6 } };

        var summary = await RunAsync(plan, Sink());

        summary.Malformed.ShouldBeGreaterThan(0);
        api.Rejected.ShouldBe(summary.Malformed);
        api.Events.ToHashSet().SetEquals(History.Events()).ShouldBeTrue();
    }

    [Fact]
    public async Task Owners_do_not_share_a_request_when_each_has_a_topic()
    {
        await RunAsync(new ReplayPlan { Mode = ReplayMode.Backfill, Layout = TopicLayout.PerOwner }, Sink(layout: TopicLayout.PerOwner));

        api.Requests.ShouldAllBe(request => request.Owners == 1);
        api.Events.Count.ShouldBe((int)History.Count);
    }

    [Fact]
    public async Task A_replay_that_dies_ten_times_in_one_batch_emits_no_event_more_than_twice()
    {
        // The bound makes small batches.
        var plan = new ReplayPlan { Mode = ReplayMode.Backfill, MaxRate = 10_000 };
        for (int death = 0; death < 10; death++)
            await Should.ThrowAsync<ProcessDiedException>(() => RunAsync(plan, new DyingSink(Sink(), death % 3 == 2 ? 1 : 0, taken: 1)));

        await RunAsync(plan, Sink());

        api.Events.ToHashSet().SetEquals(History.Events()).ShouldBeTrue();
        api.Events.CountBy(@event => @event).Max(pair => pair.Value).ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task Without_a_start_it_goes_on_where_the_target_stands()
    {
        var middle = Shop.Opening + (60 * 86_400);
        await RunAsync(new ReplayPlan { Mode = ReplayMode.Backfill, To = middle }, Sink());
        int before = api.Events.Count;

        await RunAsync(new ReplayPlan { Mode = ReplayMode.Replay, Speed = SpeedText.Max }, Sink());

        api.Events.Skip(before).Min(@event => @event.EventAt).ShouldBe(api.Events.Take(before).Max(@event => @event.EventAt));
        api.Events.ToHashSet().SetEquals(History.Events()).ShouldBeTrue();
    }

    private static ReadOnlyMemory<Emission> Emissions(int count) => History.Events().Take(count).Select(@event => new Emission(@event, @event.EventAt)).ToArray();

    private HttpSink Sink(TimeProvider? time = null, TopicLayout layout = TopicLayout.One, HttpRetries? retries = null) =>
        new(Root, new HttpClient(api, disposeHandler: false), "secret", layout, retries ?? Fast, time ?? TimeProvider.System);

    private Task<ReplaySummary> RunAsync(ReplayPlan plan, IReplaySink sink) =>
        new ReplayDriver(plan, History, sink, new ReplayJournal(folder), TimeProvider.System).RunAsync();

    private sealed record Request(string? ContentEncoding, string? MediaType, int Owners);

    /// <summary>As much of an Ops API as a replay needs.</summary>
    private sealed class OpsApi : HttpMessageHandler
    {
        private readonly Lock gate = new();

        public List<FulfillmentEvent> Events { get; } = [];

        public List<Request> Requests { get; } = [];

        public HashSet<string> Keys { get; } = [];

        public long Rejected { get; private set; }

        public int Asked { get; private set; }

        /// <summary>Answers or throws instead of the API.</summary>
        public Func<HttpResponseMessage?>? Fail { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            byte[] body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
            lock (gate)
            {
                Asked++;
                if (Fail?.Invoke() is { } failure)
                {
                    failure.RequestMessage = request;
                    failure.Content ??= new StringContent("");
                    return failure;
                }

                Keys.Add(request.Headers.GetValues(HttpSink.KeyHeader).Single());
                string path = request.RequestUri!.AbsolutePath;
                object answer = path switch
                {
                    "/api/v1/events" => Take(request, body),
                    "/api/v1/pipeline" => new { watermark = Events.Count == 0 ? null : Events.Max(@event => @event.EventAt).ToString(), lagEvents = 0 },
                    _ => new { items = Events.Where(@event => path == $"/api/v1/shipments/{@event.OrderId}/timeline").Distinct().Select(@event => new { eventId = @event.Id.ToString() }) },
                };
                return new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new StringContent(JsonSerializer.Serialize(answer), Encoding.UTF8, "application/json") };
            }
        }

        private object Take(HttpRequestMessage request, byte[] body)
        {
            using var lines = new StreamReader(new GZipStream(new MemoryStream(body), CompressionMode.Decompress));
            long rejected = 0;
            var taken = new List<FulfillmentEvent>();
            while (lines.ReadLine() is { } line)
            {
                if (EventJson.TryRead(Encoding.UTF8.GetBytes(line), out var @event, out _))
                    taken.Add(@event);
                else
                    rejected++;
            }

            Requests.Add(new Request(request.Content!.Headers.ContentEncoding.SingleOrDefault(), request.Content.Headers.ContentType?.MediaType, taken.Select(@event => @event.Source).Distinct().Count()));
            Events.AddRange(taken);
            Rejected += rejected;
            return new { appended = taken.Count, duplicates = 0, rejected };
        }
    }
}

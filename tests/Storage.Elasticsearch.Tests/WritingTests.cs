using System.Text;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Storage.Elasticsearch.Client;
using Eip.Storage.Elasticsearch.Documents;
using Eip.Storage.Elasticsearch.Writing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Eip.Storage.Elasticsearch.Tests;

public sealed class WritingTests
{
    [Fact]
    public async Task What_is_stored_has_the_digest_of_the_log_whatever_the_order_and_repetition_of_writes()
    {
        await using var store = await TestStore.StartAsync(static options => (options.BulkBytes, options.ConcurrentBulks) = (20_000, 3));
        var events = SomeCases.Events(300, seed: 1);
        var early = SomeCases.Snapshots(events.Where(static (_, i) => i % 3 > 0));
        var late = SomeCases.Snapshots(events);
        await store.Store.Projection.StoreAsync(early);
        await store.Store.Projection.StoreAsync(late);
        // Older writes that come late, as another host may send them that remembers nothing.
        using (var other = new ElasticsearchStore(store.Options, store.DeadLetters))
            await other.Projection.StoreAsync(early);
        await store.Store.Projection.StoreAsync(late);
        await store.Store.Indices.RefreshAsync();
        var found = await store.Store.Digest.ComputeAsync();
        found.Findings.ShouldBeEmpty();
        found.Agrees(SomeCases.Digest(events)).ShouldBeTrue();
        store.DeadLetters.Letters.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_document_that_the_server_refuses_becomes_a_dead_letter_and_the_rest_of_its_batch_is_stored()
    {
        await using var store = await TestStore.StartAsync();
        using var instruments = new ElasticsearchInstruments();
        using var connection = new ElasticsearchConnection(store.Options, instruments, NullLogger.Instance);
        using var writer = new BulkWriter(connection, store.Options, store.DeadLetters, TimeProvider.System, NullLogger.Instance);
        var good = SomeCases.Snapshots(SomeCases.Events(20, seed: 2)).ToList();
        using var documents = new BulkLines();
        AddCards(good[..10]);
        Add("x", """{"isLate":"perhaps"}""");
        Add("y", """{"orderedAt":"yesterday"}""");
        AddCards(good[10..]);
        await writer.WriteAsync(documents, toAlias: true, CancellationToken.None);
        await store.Store.Indices.RefreshAsync();
        (await store.Search.SearchAsync(new CaseQuery())).Total.ShouldBe(20);
        var letters = store.DeadLetters.Letters.OrderBy(static letter => letter.Origin).ToList();
        letters.Count.ShouldBe(2);
        letters[0].Origin.ShouldEndWith("/x");
        letters[0].Reason.ShouldContain("isLate");
        letters[0].Content.ToString().ShouldEndWith("}}\n{\"isLate\":\"perhaps\"}\n");
        letters[0].Kind.ShouldBe(DeadLetterKind.SearchDocument);
        letters[1].Reason.ShouldContain("yesterday");

        (await store.Store.RefusedDocuments.TakeAsync(letters[1])).ShouldNotBeNull().ShouldContain("orderedAt");
        const string Lenient = """{"properties":{"orderedAt":{"type":"date","format":"strict_date_time_no_millis","ignore_malformed":true}}}""";
        await store.SendAsync(HttpMethod.Put, $"/{store.Options.ShipmentsAlias}/_mapping", Lenient);
        (await store.Store.RefusedDocuments.TakeAsync(letters[1])).ShouldBeNull();
        (await store.SendAsync(HttpMethod.Get, $"/{store.Options.ShipmentsAlias}/_doc/y"))["_source"]!["orderedAt"]!.GetValue<string>().ShouldBe("yesterday");

        void AddCards(List<CaseSnapshot> cases) => cases.ForEach(one => documents.Add(
            store.Options.ShipmentsAlias, one.Card.OrderId.ToString(), 1, one, static (json, one) => CardDocument.Write(json, one.Card, one.Variant)));

        void Add(string id, string source) => documents.Add(store.Options.ShipmentsAlias, id, 1, source, static (json, source) => json.WriteRawValue(source));
    }

    [Fact]
    public async Task A_server_that_says_429_is_given_time_and_then_everything()
    {
        await using var server = new StubServer((count, body) => count switch
        {
            1 => (429, """{"error":{"type":"es_rejected_execution_exception","reason":"busy"},"status":429}"""),
            2 => (200, StubServer.Items(body, static at => at % 2 == 0 ? 429 : 201)),
            3 => (503, ""),
            _ => (200, StubServer.Items(body, static _ => 201)),
        });
        var letters = new MemoryDeadLetters();
        using var store = new ElasticsearchStore(server.Options, letters);
        var cases = SomeCases.Snapshots(SomeCases.Events(10, seed: 3));
        await store.Projection.StoreAsync(cases);
        var sent = server.Bodies.Select(static body => StubServer.Ids(body).ToList()).ToList();
        sent.Count.ShouldBe(4);
        sent[1].ShouldBe(sent[0]);
        sent[2].ShouldBe(sent[0].Where(static (_, i) => i % 2 == 0));
        sent[3].ShouldBe(sent[2]);
        letters.Letters.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_index_that_is_put_right_before_anybody_looks_at_it_costs_no_document()
    {
        const string Refusal = """{"index":{"status":400,"error":{"type":"document_parsing_exception","reason":"failed to parse field [orderId]"}}}""";
        bool isMended = false;
        await using var server = new StubServer((_, body) =>
        {
            if (body.Length == 0)
                return (200, "{}");
            int documents = StubServer.Ids(body).Count();
            (bool wasMended, isMended) = (isMended, true);
            return (200, wasMended ? StubServer.Items(body, static _ => 201) : $$"""{"items":[{{string.Join(',', Enumerable.Repeat(Refusal, documents))}}]}""");
        });
        var letters = new MemoryDeadLetters();
        using var store = new ElasticsearchStore(server.Options, letters);
        await store.Projection.StoreAsync(SomeCases.Snapshots(SomeCases.Events(10, seed: 5)));
        isMended.ShouldBeTrue();
        letters.Letters.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_that_is_refused_as_a_whole_is_cut_until_the_document_at_fault_stands_alone()
    {
        await using var server = new StubServer((_, body) => body.Contains("too-large", StringComparison.Ordinal)
            ? (413, "")
            : (200, StubServer.Items(body, static _ => 201)));
        var letters = new MemoryDeadLetters();
        using var store = new ElasticsearchStore(server.Options, letters);
        var cases = SomeCases.Snapshots(SomeCases.Events(12, seed: 4));
        var large = new FulfillmentCase(OrderId.Parse("too-large"));
        large.Apply(new FulfillmentEvent(large.OrderId, EventType.OrderPlaced, new EventTime(0), default, default, null));
        await store.Projection.StoreAsync([.. cases, CaseSnapshot.Of(large)]);
        letters.Letters.Count.ShouldBe(2);
        letters.Letters.ShouldAllBe(static letter => letter.Content.ToString().Contains("too-large", StringComparison.Ordinal));
        var accepted = server.Bodies.Where(static body => !body.Contains("too-large", StringComparison.Ordinal)).SelectMany(StubServer.Ids).ToHashSet();
        accepted.Count.ShouldBe(cases.Count + cases.Sum(static @case => @case.Timeline.Count));
    }

    [Fact]
    public async Task A_write_that_is_cancelled_while_the_server_is_away_ends()
    {
        await using var server = new StubServer(static (_, _) => (503, ""));
        using var store = new ElasticsearchStore(server.Options, new MemoryDeadLetters());
        using var patience = new CancellationTokenSource();
        var writing = store.Projection.StoreAsync(SomeCases.Snapshots(SomeCases.Events(1, seed: 6)), patience.Token);
        await Testing.Eventually.HoldsAsync(() => server.Bodies.Count > 2, "it tries again");
        writing.IsCompleted.ShouldBeFalse();
        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(writing);
    }

    [Fact]
    public async Task An_event_that_was_stored_is_not_written_again_with_its_orders_next_change()
    {
        await using var server = new StubServer(static (_, body) => (200, StubServer.Items(body, static _ => 201)));
        using var store = new ElasticsearchStore(server.Options, new MemoryDeadLetters());
        var @case = new FulfillmentCase(OrderId.Parse("one"));
        @case.Apply(new FulfillmentEvent(@case.OrderId, EventType.OrderPlaced, new EventTime(0), default, default, null));
        await store.Projection.StoreAsync([CaseSnapshot.Of(@case)]);
        @case.Apply(new FulfillmentEvent(@case.OrderId, EventType.OrderApproved, new EventTime(9), default, default, null));
        await store.Projection.StoreAsync([CaseSnapshot.Of(@case)]);
        server.Bodies.Select(static body => StubServer.Ids(body).Count()).ShouldBe([2, 2]);
    }

    [Fact]
    public void Of_stored_events_the_latest_are_remembered_and_the_oldest_forgotten()
    {
        var events = SomeCases.Events(10, seed: 7);
        var stored = new StoredEvents(capacity: 8);
        stored.Add(events);
        events.Count(@event => stored.Contains(@event)).ShouldBeInRange(4, 8);
        stored.Contains(events[^1]).ShouldBeTrue();
        stored.Contains(events[0]).ShouldBeFalse();
    }

    [Fact]
    public void Bulk_bodies_are_lines_of_action_and_document()
    {
        using var documents = new BulkLines();
        documents.Add("i", "a\"b", 7, 0, static (json, _) => json.WriteRawValue("{}"));
        documents.Add("i", "c", 8, 0, static (json, _) => json.WriteRawValue("{\"x\":1}"));
        var body = documents.Body(0, 2);
        string[] lines = Encoding.UTF8.GetString(body.Span).Split('\n');
        lines.Length.ShouldBe(5);
        lines[0].ShouldBe("""{"index":{"_index":"i","_id":"a\u0022b","version":7,"version_type":"external"}}""");
        lines[3].ShouldBe("""{"x":1}""");
        lines[4].ShouldBeEmpty();
    }
}

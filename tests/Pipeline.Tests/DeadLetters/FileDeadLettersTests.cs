using System.Globalization;
using Eip.Domain;
using Eip.Pipeline.DeadLetters;
using Eip.Pipeline.Ports;
using Eip.Pipeline.Tests.Log;

namespace Eip.Pipeline.Tests.DeadLetters;

public sealed class FileDeadLettersTests : IDisposable
{
    private static readonly FulfillmentEvent Good = new(
        OrderId.Parse("order"), EventType.OrderPlaced, new EventTime(1_500_000_000), Region.Parse("SP"), Region.Parse("RJ"), null);

    private readonly LogFixture fixture = new();
    private readonly string directory;
    private readonly MemorySink sink = new();

    public FileDeadLettersTests() => directory = Path.Combine(fixture.Directory, "dead-letters");

    private string LettersFile => Path.Combine(directory, "letters.jsonl");

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task Letters_wait_in_order_of_age_also_after_a_restart()
    {
        using (var letters = new FileDeadLetters(directory, sink))
        {
            await letters.AddAsync([Letter(1), Letter(2)]);
            await letters.AddAsync([Letter(4), Letter(3)]);
        }

        using var reopened = new FileDeadLetters(directory, sink);
        (await reopened.CountAsync()).ShouldBe(4);
        (await reopened.ListAsync(null, 100)).ShouldBe([Letter(1), Letter(2), Letter(3), Letter(4)]);
        (await reopened.ListAsync(Letter(1).Id, 2)).ShouldBe([Letter(2), Letter(3)]);
        (await reopened.ListAsync("0001z", 1)).ShouldBe([Letter(2)]);
        (await reopened.FindAsync(Letter(3).Id)).ShouldBe(Letter(3));
        (await reopened.FindAsync("none")).ShouldBeNull();
    }

    [Fact]
    public async Task Where_no_letter_ever_came_nothing_waits_and_nothing_is_made()
    {
        using var letters = new FileDeadLetters(directory, sink);
        (await letters.CountAsync()).ShouldBe(0);
        (await letters.ListAsync(null, 10)).ShouldBeEmpty();
        (await letters.RetryAsync("x")).Outcome.ShouldBe(DeadLetterOutcome.NotFound);
        Directory.Exists(directory).ShouldBeFalse();
    }

    [Fact]
    public async Task A_retry_puts_a_good_event_on_the_log_and_drops_the_letter_for_good()
    {
        using (var letters = new FileDeadLetters(directory, sink))
        {
            await letters.AddAsync([Letter(1), Letter(2, EventJson.ToJson(Good))]);
            (await letters.RetryAsync(Letter(2).Id)).ShouldBe(new DeadLetterRetry(DeadLetterOutcome.Retried));
            (await letters.RetryAsync(Letter(2).Id)).ShouldBe(new DeadLetterRetry(DeadLetterOutcome.NotFound));
            (await letters.CountAsync()).ShouldBe(1);
        }

        sink.Events.ShouldBe([Good]);
        using var reopened = new FileDeadLetters(directory, sink);
        (await reopened.ListAsync(null, 10)).ShouldBe([Letter(1)]);
    }

    [Fact]
    public async Task A_letter_that_is_still_bad_stays_and_tells_why()
    {
        using var letters = new FileDeadLetters(directory, sink);
        await letters.AddAsync([Letter(1, EventJson.ToJson(Good).Replace("ORDER_PLACED", "ORDER_EATEN", StringComparison.Ordinal))]);
        var retry = await letters.RetryAsync(Letter(1).Id);
        retry.Outcome.ShouldBe(DeadLetterOutcome.StillBad);
        retry.Reason!.ShouldContain("ORDER_EATEN");
        (await letters.CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_letter_stays_when_the_log_refuses_its_event()
    {
        sink.Failure = new IOException("full");
        using var letters = new FileDeadLetters(directory, sink);
        await letters.AddAsync([Letter(1, EventJson.ToJson(Good))]);
        await Should.ThrowAsync<IOException>(async () => await letters.RetryAsync(Letter(1).Id));
        (await letters.CountAsync()).ShouldBe(1);
        sink.Failure = null;
        (await letters.RetryAsync(Letter(1).Id)).Outcome.ShouldBe(DeadLetterOutcome.Retried);
    }

    [Fact]
    public async Task A_file_cut_at_any_byte_keeps_every_letter_that_was_whole_and_takes_new_ones()
    {
        using (var letters = new FileDeadLetters(directory, sink))
            await letters.AddAsync([Letter(1), Letter(2), Letter(3)]);
        byte[] whole = File.ReadAllBytes(LettersFile);
        for (int length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(LettersFile, whole[..length]);
            using var letters = new FileDeadLetters(directory, sink);
            int kept = whole.AsSpan(0, length).Count((byte)'\n');
            var waiting = await letters.ListAsync(null, 10);
            waiting.Take(kept).ShouldBe(Enumerable.Range(1, kept).Select(static i => Letter(i)));
            await letters.AddAsync([Letter(9)]);
            waiting = await letters.ListAsync(null, 10);
            waiting.ShouldContain(Letter(9));
            // The torn line is a letter too, unless nothing but its end was missing.
            bool isTorn = length > 0 && whole[length - 1] != '\n';
            waiting.Count.ShouldBe(kept + 1 + (isTorn ? 1 : 0), $"cut at {length}");
        }
    }

    [Fact]
    public async Task A_line_that_cannot_be_read_is_a_letter_itself()
    {
        using (var letters = new FileDeadLetters(directory, sink))
            await letters.AddAsync([Letter(1)]);
        File.AppendAllText(LettersFile, "{\"id\":\"half\nnot JSON\n");
        using var reopened = new FileDeadLetters(directory, sink);
        await reopened.AddAsync([Letter(2)]);
        var waiting = await reopened.ListAsync(null, 10);
        waiting.Select(static letter => letter.Content.ToString()).Order(StringComparer.Ordinal).ShouldBe(["content 1", "content 2", "not JSON", "{\"id\":\"half"]);
        var damaged = waiting.Single(static letter => letter.Content.ToString() == "not JSON");
        (await reopened.FindAsync(damaged.Id)).ShouldBe(damaged);
        (await reopened.RetryAsync(damaged.Id)).Outcome.ShouldBe(DeadLetterOutcome.StillBad);
    }

    [Fact]
    public async Task The_file_is_written_anew_when_most_of_it_is_gone_and_keeps_what_waits()
    {
        using (var letters = new FileDeadLetters(directory, sink))
        {
            await letters.AddAsync([.. Enumerable.Range(1, 1500).Select(static i => Letter(i, EventJson.ToJson(Good)))]);
            for (int i = 1; i <= 1400; i++)
                await letters.RetryAsync(Letter(i).Id);
            (await letters.CountAsync()).ShouldBe(100);
        }

        File.ReadLines(LettersFile).Count().ShouldBeLessThan(1500);
        using var reopened = new FileDeadLetters(directory, sink);
        (await reopened.ListAsync(null, 1000)).Select(static letter => letter.Id).ShouldBe(Enumerable.Range(1401, 100).Select(static i => Letter(i).Id));
    }

    [Fact]
    public async Task Another_process_may_look_and_sees_what_changes_but_may_not_write()
    {
        using var letters = new FileDeadLetters(directory, sink);
        using var other = new FileDeadLetters(directory, sink);
        await letters.AddAsync([Letter(1, EventJson.ToJson(Good)), Letter(2)]);
        (await other.CountAsync()).ShouldBe(2);
        await letters.RetryAsync(Letter(1).Id);
        (await other.ListAsync(null, 10)).ShouldBe([Letter(2)]);
        (await Should.ThrowAsync<IOException>(async () => await other.AddAsync([Letter(3)]))).Message.ShouldContain(directory);
    }

    [Fact]
    public async Task A_letter_added_twice_waits_once()
    {
        using var letters = new FileDeadLetters(directory, sink);
        await letters.AddAsync([Letter(1)]);
        await letters.AddAsync([Letter(1), Letter(2)]);
        (await letters.CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Letters_of_every_origin_are_listed_by_age_and_once_however_they_are_paged()
    {
        var start = new DateTimeOffset(2018, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var all = Enumerable.Range(0, 1_200).Select(i =>
        {
            var at = start.AddMilliseconds(i);
            string id = i % 3 == 0 ? DeadLetterId.Of(at, "events/" + (i % 5), i) : DeadLetterId.Next(at);
            return Letter(i) with { Id = id, Kind = i % 3 == 1 ? DeadLetterKind.SearchDocument : DeadLetterKind.Event };
        }).ToList();
        var shuffled = all.ToArray();
        new Random(7).Shuffle(shuffled);
        using (var letters = new FileDeadLetters(directory, sink))
            await letters.AddAsync(shuffled);
        File.AppendAllText(LettersFile, "damaged\n");
        using var reopened = new FileDeadLetters(directory, sink);
        var seen = new List<DeadLetter>();
        while (await reopened.ListAsync(seen.Count == 0 ? null : seen[^1].Id, 7) is { Count: > 0 } page)
            seen.AddRange(page);
        seen[0].Kind.ShouldBe(DeadLetterKind.Damaged);
        seen[1..].ShouldBe(all);
        seen.Select(static letter => letter.Id.Length).Distinct().ShouldBe([46]);
    }

    [Fact]
    public async Task Any_bytes_are_kept_as_they_came_and_nothing_in_the_file_acts_on_a_terminal()
    {
        var random = new Random(11);
        byte[] noise = new byte[500];
        random.NextBytes(noise);
        RawContent[] contents = [new(noise), RawContent.Of("S\u001b[2J"), new(new byte[] { (byte)'S', 0xE3, (byte)'o' }), RawContent.Of("\"é\" \u009b 😀\n\t"), default];
        var all = contents.Select(static (content, i) => Letter(i) with { Content = content, Reason = "all \u001b[31m is well \ud83d", Origin = "a\u0007b" }).ToList();
        using (var letters = new FileDeadLetters(directory, sink))
            await letters.AddAsync(all);
        File.ReadAllBytes(LettersFile).Any(static value => (value < 0x20 && value != '\n') || value == 0x7F).ShouldBeFalse();
        File.ReadAllText(LettersFile).ShouldNotContain("\u009b");
        using var reopened = new FileDeadLetters(directory, sink);
        var read = await reopened.ListAsync(null, 10);
        read.ShouldBe(all);
        read[0].Reason.ShouldBe("all \\u001b[31m is well \\ud83d");
    }

    [Fact]
    public async Task Letters_that_would_fill_the_disk_are_refused_and_those_that_wait_are_kept()
    {
        using var letters = new FileDeadLetters(directory, sink) { MaxBytes = 10_000 };
        await letters.AddAsync([Letter(1)]);
        var full = await Should.ThrowAsync<DeadLettersFullException>(async () => await letters.AddAsync([Letter(2, new string('x', 10_000))]));
        full.Message.ShouldContain(LettersFile);
        full.Message.ShouldContain("10000");
        await letters.AddAsync([Letter(3)]);
        (await letters.ListAsync(null, 10)).ShouldBe([Letter(1), Letter(3)]);
    }

    [Fact]
    public async Task Each_kind_of_letter_goes_to_what_takes_it_and_never_to_the_log_by_mistake()
    {
        var taker = new Taker();
        using var letters = new FileDeadLetters(directory, sink, () => [taker]);
        // The document of an event looks like an event.
        string document = EventJson.ToJson(Good);
        await letters.AddAsync([Letter(1, document) with { Kind = DeadLetterKind.SearchDocument }, Letter(2, document) with { Kind = DeadLetterKind.Damaged }]);
        taker.Refusal = "the index is closed";
        (await letters.RetryAsync(Letter(1).Id)).ShouldBe(new DeadLetterRetry(DeadLetterOutcome.StillBad, "the index is closed"));
        taker.Refusal = null;
        (await letters.RetryAsync(Letter(1).Id)).Outcome.ShouldBe(DeadLetterOutcome.Retried);
        taker.Taken.Single().Content.ToString().ShouldBe(document);
        (await letters.RetryAsync(Letter(2).Id)).Outcome.ShouldBe(DeadLetterOutcome.StillBad);
        sink.Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_host_without_a_search_store_says_what_to_do_with_its_documents()
    {
        using var letters = new FileDeadLetters(directory, sink);
        await letters.AddAsync([Letter(1) with { Kind = DeadLetterKind.SearchDocument }]);
        (await letters.RetryAsync(Letter(1).Id)).Reason!.ShouldContain("eip rebuild --search");
        (await letters.CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Many_at_once_lose_nothing()
    {
        using var letters = new FileDeadLetters(directory, sink);
        await Parallel.ForEachAsync(Enumerable.Range(1, 200), async (i, cancellationToken) =>
        {
            await letters.AddAsync([Letter(i, EventJson.ToJson(Good))], cancellationToken);
            if (i % 2 == 0)
                await letters.RetryAsync(Letter(i).Id, cancellationToken);
        });
        (await letters.CountAsync()).ShouldBe(100);
        sink.Events.Count.ShouldBe(100);
    }

    private static DeadLetter Letter(int i, string? content = null) => new(
        i.ToString("D4", CultureInfo.InvariantCulture),
        new DateTimeOffset(2018, 1, 1, 0, 0, 0, 123, TimeSpan.Zero).AddSeconds(i),
        "orders.csv, line " + i,
        i % 2 == 0 ? "eventAt" : null,
        "Nothing \"fits\" here é",
        RawContent.Of(content ?? "content " + i));

    private sealed class Taker : IDeadLetterTaker
    {
        public DeadLetterKind Kind => DeadLetterKind.SearchDocument;

        public string? Refusal { get; set; }

        public List<DeadLetter> Taken { get; } = [];

        public ValueTask<string?> TakeAsync(DeadLetter letter, CancellationToken cancellationToken = default)
        {
            if (Refusal is null)
                Taken.Add(letter);
            return new(Refusal);
        }
    }

    private sealed class MemorySink : IEventSink
    {
        public List<FulfillmentEvent> Events { get; } = [];

        public Exception? Failure { get; set; }

        public ValueTask<AppendResult> AppendAsync(ReadOnlyMemory<FulfillmentEvent> events, CancellationToken cancellationToken = default)
        {
            if (Failure is not null)
                throw Failure;
            Events.AddRange(events.Span);
            return new(new AppendResult(events.Length, 0));
        }
    }
}

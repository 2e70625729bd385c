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

using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Streams.Kafka.DeadLetters;
using Eip.Streams.Kafka.Tests.Support;

namespace Eip.Streams.Kafka.Tests;

public sealed class DeadLetterTests
{
    [Fact]
    public async Task Letters_are_listed_by_id_page_by_page_and_found_and_counted()
    {
        using var kafka = new TestKafka(partitions: 1);
        await kafka.Log.PrepareAsync();
        using var letters = new KafkaDeadLetters(kafka.LogOptions, kafka.Log);
        (await letters.CountAsync()).ShouldBe(0);
        (await letters.ListAsync(null, 10)).ShouldBeEmpty();

        var all = Enumerable.Range(0, 25).Select(static i => Letter($"{i:d3}", $"content {i} é")).ToList();
        await letters.AddAsync(all.AsEnumerable().Reverse().ToList());

        (await letters.CountAsync()).ShouldBe(25);
        (await letters.ListAsync(null, 10)).ShouldBe(all[..10]);
        (await letters.ListAsync("009", 10)).ShouldBe(all[10..20]);
        (await letters.ListAsync("024", 10)).ShouldBeEmpty();
        (await letters.FindAsync("007")).ShouldBe(all[7]);
        (await letters.FindAsync("070")).ShouldBeNull();
    }

    [Fact]
    public async Task Letters_of_every_origin_are_listed_by_age_and_once_however_they_are_paged()
    {
        using var kafka = new TestKafka(partitions: 1);
        await kafka.Log.PrepareAsync();
        using var letters = new KafkaDeadLetters(kafka.LogOptions, kafka.Log);
        var all = Enumerable.Range(0, 1_200).Select(static i =>
        {
            var at = DateTimeOffset.UnixEpoch.AddDays(1).AddMilliseconds(i);
            string id = i % 3 == 0 ? DeadLetterId.Of(at, "events/" + (i % 5), i) : DeadLetterId.Next(at);
            var content = new RawContent(new byte[] { 0xE3, (byte)i, (byte)(i >> 8) });
            return Letter(id, "") with { Content = content, Kind = i % 3 == 1 ? DeadLetterKind.SearchDocument : DeadLetterKind.Event };
        }).ToList();
        var shuffled = all.ToArray();
        new Random(7).Shuffle(shuffled);
        await letters.AddAsync(shuffled);
        var seen = new List<DeadLetter>();
        while (await letters.ListAsync(seen.Count == 0 ? null : seen[^1].Id, 97) is { Count: > 0 } page)
            seen.AddRange(page);
        seen.ShouldBe(all);
        (await letters.RetryAsync(all[1].Id)).Reason!.ShouldContain("eip rebuild --search");
    }

    [Fact]
    public async Task A_retry_that_succeeds_puts_the_event_on_the_log_and_takes_the_letter_away_for_everybody()
    {
        using var kafka = new TestKafka(partitions: 1);
        await kafka.Log.PrepareAsync();
        using var letters = new KafkaDeadLetters(kafka.LogOptions, kafka.Log);
        using var others = new KafkaDeadLetters(kafka.LogOptions, kafka.Log);
        await letters.AddAsync([Letter("a", EventJson.ToJson(Events.One(1))), Letter("b", "no json")]);
        (await others.CountAsync()).ShouldBe(2);

        (await letters.RetryAsync("a")).Outcome.ShouldBe(DeadLetterOutcome.Retried);
        var still = await letters.RetryAsync("b");
        still.Outcome.ShouldBe(DeadLetterOutcome.StillBad);
        still.Reason.ShouldNotBeNullOrEmpty();
        (await letters.RetryAsync("a")).Outcome.ShouldBe(DeadLetterOutcome.NotFound);

        kafka.EndOffsets().ShouldBe([1]);
        (await others.ListAsync(null, 10)).Select(static letter => letter.Id).ShouldBe(["b"]);
    }

    [Fact]
    public async Task A_letter_that_is_set_aside_twice_is_one_letter()
    {
        using var kafka = new TestKafka(partitions: 1);
        await kafka.Log.PrepareAsync();
        using var letters = new KafkaDeadLetters(kafka.LogOptions, kafka.Log);
        await letters.AddAsync([Letter("a", "first")]);
        await letters.AddAsync([Letter("a", "again")]);
        (await letters.CountAsync()).ShouldBe(1);
        (await letters.FindAsync("a"))!.Content.ToString().ShouldBe("first");
    }

    private static DeadLetter Letter(string id, string content) =>
        new(id, DateTimeOffset.UnixEpoch.AddHours(1), "request/1", id == "000" ? null : "eventAt", "It cannot be read.", RawContent.Of(content));
}

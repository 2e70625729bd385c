using Eip.Api.Tests.Memory;
using Eip.Pipeline.Ports;

namespace Eip.Api.Tests;

public sealed class DeadLetterPageTests
{
    [Theory]
    [InlineData(7, 20)]
    [InlineData(1_000, 20)]
    [InlineData(1_000, 60_000)]
    public async Task Pages_show_every_letter_once_whatever_its_id_and_end_before_they_grow_large(int limit, int length)
    {
        MemoryPipeline? pipeline = null;
        await using var host = await MemoryHost.StartAsync(pipeline: memory => pipeline = memory);
        string[] ids = [.. Enumerable.Range(0, 300).Select(static i => i switch
        {
            0 => "~0badc0de-1f",
            1 => "an id of somebody's own / with é + % & 😀",
            2 => new string('x', 300),
            _ => DeadLetterId.Next(DateTimeOffset.UnixEpoch.AddMilliseconds(i % 17)),
        })];
        var content = RawContent.Of(new string('x', length));
        await pipeline!.DeadLetters!.AddAsync([.. ids.Select(id => new DeadLetter(id, DateTimeOffset.UnixEpoch, "test", null, "It is bad.", content))]);
        var seen = new List<string>();
        string? next = null;
        do
        {
            var page = await host.GetAsync($"/api/v1/dead-letters?limit={limit}" + (next is null ? "" : "&after=" + Uri.EscapeDataString(next)));
            seen.AddRange(page["items"]!.AsArray().Select(static item => item!["id"]!.GetValue<string>()));
            page.ToJsonString().Length.ShouldBeLessThan(10 << 20);
            next = page["next"]?.GetValue<string>();
        }
        while (next is not null);
        seen.ShouldBe(ids.Order(StringComparer.Ordinal));
    }
}

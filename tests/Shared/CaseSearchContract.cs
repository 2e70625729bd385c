using Eip.Domain;
using Eip.Pipeline.Ports;
using FsCheck;
using FsCheck.Fluent;

namespace Eip.Testing;

/// <summary>A search that tests feed with cases.</summary>
public interface ISearchUnderTest : IAsyncDisposable
{
    ICaseSearch Search { get; }

    /// <summary>Takes cases over; once this completes, searches see them.</summary>
    Task ApplyAsync(IReadOnlyList<FulfillmentCase> cases);
}

/// <summary>What every <see cref="ICaseSearch"/> must hold, whatever lies behind it.</summary>
public abstract class CaseSearchContract
{
    /// <summary>How many generated stories are told.</summary>
    protected abstract int Stories { get; }

    /// <summary>An empty index.</summary>
    protected abstract Task<ISearchUnderTest> StartAsync();

    [Fact]
    public async Task Every_filter_sort_page_facet_stream_and_percentile_agrees_with_a_plain_reading_of_the_cases()
    {
        // Where there is no server, the skip is told here: within the property it would count as a failure.
        await (await StartAsync()).DisposeAsync();
        Prop.ForAll(SearchStories.Arbitrary(), TellAsync).Check(Config.QuickThrowOnFailure.WithMaxTest(Stories));
    }

    [Fact]
    public async Task An_empty_index_answers_with_nothing()
    {
        await using var index = await StartAsync();
        var page = await index.Search.SearchAsync(new CaseQuery { WithFacets = true });
        page.Total.ShouldBe(0);
        page.Items.ShouldBeEmpty();
        page.Next.ShouldBeNull();
        page.Facets!.Status.ShouldBeEmpty();
        (await index.Search.MeasureAsync(new CaseFilter(), CaseDuration.LeadTime, CaseGrouping.None)).ShouldBeEmpty();
        (await index.Search.StreamAsync(new CaseQuery()).ToListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_walk_through_the_pages_shows_every_old_card_once_while_new_ones_arrive()
    {
        await using var index = await StartAsync();
        var old = Enumerable.Range(0, 120).Select(static i => SearchChecks.Placed($"old-{i:000}", minutes: i % 40)).ToList();
        await index.ApplyAsync(old);
        var query = new CaseQuery { Sort = CaseSort.OrderedAt, Limit = 7 };
        var seen = new List<OrderId>();
        for (int round = 0; ; round++)
        {
            var page = await index.Search.SearchAsync(query);
            seen.AddRange(page.Items.Select(static card => card.OrderId));
            if (page.Next is null)
                break;
            query = query with { After = page.Next };
            await index.ApplyAsync([SearchChecks.Placed($"new-{round:000}", minutes: round * 3 % 40)]);
        }

        seen.ShouldBeUnique();
        seen.Where(static id => id.ToString().StartsWith("old", StringComparison.Ordinal)).Order().ShouldBe(old.Select(static @case => @case.OrderId).Order());
    }

    [Fact]
    public async Task A_negative_limit_and_unknown_choices_are_refused()
    {
        await using var index = await StartAsync();
        await Should.ThrowAsync<ArgumentException>(async () => await index.Search.SearchAsync(new CaseQuery { Limit = -1 }));
        await Should.ThrowAsync<ArgumentException>(async () => await index.Search.SearchAsync(new CaseQuery { Sort = (CaseSort)99 }));
        await Should.ThrowAsync<ArgumentException>(async () => await index.Search.MeasureAsync(new CaseFilter(), (CaseDuration)99, CaseGrouping.None));
        await Should.ThrowAsync<ArgumentException>(async () => await index.Search.MeasureAsync(new CaseFilter(), CaseDuration.Transit, (CaseGrouping)99));
    }

    private async Task TellAsync(SearchStory story)
    {
        await using var index = await StartAsync();
        var cases = new Dictionary<OrderId, FulfillmentCase>();
        foreach (var chapter in story.Chapters)
        {
            var changed = new Dictionary<OrderId, FulfillmentCase>();
            foreach (var @event in chapter.Events)
            {
                if (!cases.TryGetValue(@event.OrderId, out var @case))
                    cases.Add(@event.OrderId, @case = new FulfillmentCase(@event.OrderId));
                if (@case.Apply(@event))
                    changed[@event.OrderId] = @case;
            }

            await index.ApplyAsync([.. changed.Values]);
            CaseSnapshot[] snapshots = [.. cases.Values.Select(CaseSnapshot.Of)];
            foreach (var question in chapter.Questions)
                await SearchChecks.CheckAsync(index.Search, snapshots, question);
        }
    }
}

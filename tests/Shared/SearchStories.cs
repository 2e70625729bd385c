using Eip.Domain;
using Eip.Pipeline.Ports;
using FsCheck;
using FsCheck.Fluent;

namespace Eip.Testing;

/// <summary>Events that arrive, and questions that are asked afterwards.</summary>
public sealed record SearchChapter(IReadOnlyList<FulfillmentEvent> Events, IReadOnlyList<SearchQuestion> Questions);

/// <summary>One query, and a distribution over what it matches.</summary>
public sealed record SearchQuestion(CaseQuery Query, CaseDuration Duration, CaseGrouping Grouping);

/// <summary>Several chapters in a row on one index.</summary>
public sealed record SearchStory(IReadOnlyList<SearchChapter> Chapters)
{
    /// <summary>All that a failure report needs.</summary>
    public override string ToString() => string.Join('\n', Chapters.Select(static chapter =>
        string.Join('\n', chapter.Events.Select(static @event => EventJson.ToJson(@event)))
        + '\n' + string.Join('\n', chapter.Questions.Select(static question => Describe(question)))));

    private static string Describe(SearchQuestion question)
    {
        var filter = question.Query.Filter;
        return $"{question}\n  statuses [{string.Join(',', filter.Statuses)}] sellers [{string.Join(',', filter.SellerRegions)}] "
            + $"customers [{string.Join(',', filter.CustomerRegions)}] lanes [{string.Join(',', filter.Lanes)}]";
    }
}

/// <summary>Generates stories: few orders, times and regions, so that values meet.</summary>
public static class SearchStories
{
    private static readonly EventTime Start = EventTime.Parse("2031-03-01T00:00:00Z");
    private static readonly Gen<Region> Regions = Gen.Elements("", "AA", "AB", "SP", "ZZ").Select(static text => text.Length == 0 ? Region.Unknown : Region.Parse(text));
    private static readonly Gen<OrderId> OrderIds = Gen.Choose(0, 59).Select(OrderIdOf);

    private static readonly Gen<EventTime> Times = Gen.Frequency(
        (30, Gen.Choose(0, 60).Select(static step => Start + (step * 7_201L))),
        (1, Gen.Elements(EventTime.MinValue, EventTime.MaxValue, new EventTime(0), new EventTime(-1))));

    private static readonly Gen<FulfillmentEvent> Events =
        from order in OrderIds
        from type in Gen.Elements(EventTypes.All.ToArray())
        from at in Times
        from seller in Regions
        from customer in Regions
        from promise in Maybe(3, Times)
        select new FulfillmentEvent(order, type, at, seller, customer, promise);

    private static readonly Gen<SecondsRange> Durations =
        from min in Maybe(2, Gen.Choose(-1, 40).Select(static step => step * 7_201L))
        from max in Maybe(2, Gen.Choose(-1, 60).Select(static step => step * 7_201L))
        select new SecondsRange(min, max);

    private static readonly Gen<TimeRange> Periods =
        from start in Maybe(2, Times)
        from end in Maybe(2, Times)
        select new TimeRange(start, end);

    private static readonly Gen<CaseFilter> Filters =
        from statuses in Few(Gen.Elements(CaseNames.AllStatuses.ToArray()))
        from isLate in Maybe(6, Gen.Elements(true, false))
        from sellers in Few(Regions)
        from customers in Few(Regions)
        from lanes in Few(from seller in Regions from customer in Regions select new Lane(seller, customer))
        from ordered in Rarely(Periods)
        from delivered in Rarely(Periods)
        from promised in Rarely(Periods)
        from delayed in Rarely(Periods)
        from cancelled in Rarely(Periods)
        from anomalies in Rarely(Gen.Choose(0, 63).Select(static flags => (CaseAnomalies)flags))
        from variant in Maybe(12, Gen.Elements("ORDER_PLACED", "ORDER_PLACED>ORDER_APPROVED", "DELIVERED", "LATE_DETECTED", ""))
        from step in Rarely(Gen.Elements(OpenStep.Approval, OpenStep.Handling, OpenStep.Transit))
        from openSince in Maybe(12, Times)
        from approval in Rarely(Durations)
        from handling in Rarely(Durations)
        from transit in Rarely(Durations)
        from leadTime in Rarely(Durations)
        from prefix in Maybe(8, Gen.Elements("", "0", "00", "ORD-2031-", "ORD-2031-0004", "é", "b\"", "00000000000000000000000000000003", "missing", "ORD*", "%"))
        select new CaseFilter
        {
            Statuses = statuses, IsLate = isLate, SellerRegions = sellers, CustomerRegions = customers, Lanes = lanes, Ordered = ordered,
            Delivered = delivered, Promised = promised, Delayed = delayed, Cancelled = cancelled, AnyAnomaly = anomalies, Variant = variant, OpenStep = step, OpenSinceAtMost = openSince,
            Approval = approval, Handling = handling, Transit = transit, LeadTime = leadTime, OrderIdPrefix = prefix,
        };

    private static readonly Gen<SearchQuestion> Questions =
        from filter in Filters
        from sort in Gen.Elements(Enum.GetValues<CaseSort>())
        from backwards in Gen.Elements(true, false)
        from after in Maybe(4, from value in Maybe(2, Gen.OneOf(Times.Select(static time => time.UnixSeconds), Gen.Choose(0, 40).Select(static step => step * 7_201L))) from id in OrderIds select new CaseCursor(value, id))
        from limit in Gen.Frequency((1, Gen.Constant(0)), (12, Gen.Choose(1, 70)))
        from withFacets in Gen.Elements(true, false)
        from duration in Gen.Elements(Enum.GetValues<CaseDuration>())
        from grouping in Gen.Elements(Enum.GetValues<CaseGrouping>())
        select new SearchQuestion(
            new CaseQuery { Filter = filter, Sort = sort, Descending = backwards, After = after, Limit = limit, WithFacets = withFacets }, duration, grouping);

    /// <summary>Stories of some chapters, which shrink to shorter ones.</summary>
    public static Arbitrary<SearchStory> Arbitrary(int questionsPerChapter = 8) => Arb.From(
        from chapters in Gen.Choose(1, 4)
        from events in Gen.Choose(0, 90)
        from story in (from happened in Events.ArrayOf(events) from asked in Questions.ArrayOf(questionsPerChapter) select new SearchChapter(happened, asked)).ArrayOf(chapters)
        select new SearchStory(story),
        Shrink);

    /// <summary>One of sixty ids of every form: hexadecimal, with long common beginnings, beyond ASCII, with characters that some formats escape.</summary>
    public static OrderId OrderIdOf(int number) => (number % 4) switch
    {
        0 => OrderId.FromHex((UInt128)(uint)number << (number % 3 * 40)),
        1 => OrderId.Parse($"ORD-2031-{number:0000}"),
        2 => OrderId.Parse($"é{number}"),
        _ => OrderId.Parse($"b\"{number}, \\*?"),
    };

    private static IEnumerable<SearchStory> Shrink(SearchStory story)
    {
        for (int i = 0; i < story.Chapters.Count; i++)
        {
            var (events, questions) = (story.Chapters[i].Events, story.Chapters[i].Questions);
            if (story.Chapters.Count > 1)
                yield return new SearchStory([.. story.Chapters.Where((_, at) => at != i)]);
            for (int half = 0; half < 2; half++)
            {
                if (questions.Count > 1)
                    yield return With(story, i, new SearchChapter(events, Half(questions, half)));
                if (events.Count > 0)
                    yield return With(story, i, new SearchChapter(Half(events, half), questions));
            }
        }
    }

    private static List<T> Half<T>(IReadOnlyList<T> list, int half) =>
        half == 0 ? [.. list.Take(list.Count / 2)] : [.. list.Skip((list.Count + 1) / 2)];

    private static SearchStory With(SearchStory story, int at, SearchChapter chapter) =>
        new([.. story.Chapters.Select((old, i) => i == at ? chapter : old)]);

    private static Gen<T?> Maybe<T>(int oneIn, Gen<T> gen) where T : struct =>
        Gen.Choose(1, oneIn).SelectMany(chance => chance == 1 ? gen.Select(static value => (T?)value) : Gen.Constant<T?>(null));

    private static Gen<string?> Maybe(int oneIn, Gen<string> gen) =>
        Gen.Choose(1, oneIn).SelectMany(chance => chance == 1 ? gen.Select(static value => (string?)value) : Gen.Constant<string?>(null));

    private static Gen<CaseCursor?> Maybe(int oneIn, Gen<CaseCursor> gen) =>
        Gen.Choose(1, oneIn).SelectMany(chance => chance == 1 ? gen.Select(static value => (CaseCursor?)value) : Gen.Constant<CaseCursor?>(null));

    private static Gen<T> Rarely<T>(Gen<T> gen) where T : struct =>
        Gen.Choose(1, 10).SelectMany(chance => chance == 1 ? gen : Gen.Constant(default(T)));

    private static Gen<T[]> Few<T>(Gen<T> gen) => Gen.Choose(-8, 3).SelectMany(count => gen.ArrayOf(Math.Max(count, 0)));
}

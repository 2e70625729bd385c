using Eip.Api.Lanes;
using Eip.Api.Scenarios;
using Eip.Domain;
using Eip.Pipeline.Search;

namespace Eip.Api.Comparisons;

/// <summary>Collects the cards of a breakdown by group.</summary>
internal sealed class BreakdownGroups(BreakdownSubject subject, string by)
{
    private static readonly DayOfWeek[] Week =
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];

    private readonly Dictionary<int, Group> groups = [];

    /// <summary>What can be grouped by.</summary>
    public static string[] Names { get; } = ["weekday", "month", "day", "sellerRegion", "customerRegion", "lane", "step"];

    /// <summary>Cards so far.</summary>
    public long Total { get; private set; }

    /// <summary>Takes a card.</summary>
    public void Add(CaseCard card)
    {
        if (subject.At(card) is not { } at)
            return;
        Total++;
        if (by == "step" && subject.StepAt is null)
        {
            Add(card, (int)OpenStep.Approval, card.ApprovalSeconds);
            Add(card, (int)OpenStep.Handling, card.HandlingSeconds);
            Add(card, (int)OpenStep.Transit, card.TransitSeconds);
            return;
        }

        Group(Key(card, at)).Add(card, subject.Seconds(card));
    }

    /// <summary>The groups: times in their order, others by their size.</summary>
    public IReadOnlyList<BreakdownItem> ToItems()
    {
        if (by == "weekday")
            return [.. Week.Select(day => Item((int)day, groups.GetValueOrDefault((int)day) ?? new Group()))];
        var items = groups.Select(group => Item(group.Key, group.Value));
        return by is "month" or "day"
            ? [.. items.OrderBy(static item => item.Key, StringComparer.Ordinal)]
            : [.. items.OrderByDescending(static item => item.Count).ThenBy(static item => item.Key, StringComparer.Ordinal)];
    }

    private void Add(CaseCard card, int key, long? seconds)
    {
        if (seconds is not null)
            Group(key).Add(card, seconds);
    }

    private Group Group(int key)
    {
        if (!groups.TryGetValue(key, out var group))
            groups.Add(key, group = new Group());
        return group;
    }

    private int Key(CaseCard card, EventTime at) => by switch
    {
        "weekday" => (int)at.Date.DayOfWeek,
        "month" => (at.Date.Year * 12) + at.Date.Month - 1,
        "day" => at.DayNumber,
        "sellerRegion" => card.SellerRegion.Code,
        "customerRegion" => card.CustomerRegion.Code,
        "lane" => card.Lane is { } lane ? (int)lane.Code : 0,
        _ => (int)subject.StepAt!(card),
    };

    private string Name(int key) => by switch
    {
        "weekday" => ((DayOfWeek)key).ToString(),
        "month" => $"{key / 12:d4}-{(key % 12) + 1:d2}",
        "day" => DateOnly.FromDayNumber(key).ToString("yyyy-MM-dd"),
        "sellerRegion" or "customerRegion" => Region.FromCode((ushort)key).Text ?? "unknown",
        "lane" => key == 0 ? "unknown" : $"{Lane.FromCode((uint)key).Seller}-{Lane.FromCode((uint)key).Customer}",
        _ => key == (int)OpenStep.None ? "delivered" : ((OpenStep)key).ToString().ToLowerInvariant(),
    };

    private BreakdownItem Item(int key, Group group)
    {
        var interval = WilsonInterval.Of(group.LateCount, group.Count);
        return new BreakdownItem
        {
            Key = Name(key),
            Count = group.Count,
            Share = Rounding.Quotient(group.Count, Total),
            LateCount = group.LateCount,
            LateRate = Rounding.Quotient(group.LateCount, group.Count),
            LateRateLow = interval?.Low,
            LateRateHigh = interval?.High,
            OpenCount = group.OpenCount,
            Duration = group.Seconds.Count == 0 ? null : new DistributionItem(DurationDistributions.Of(Name(key), group.Seconds, group.LateTimed)),
        };
    }
}

/// <summary>The cards of one group.</summary>
internal sealed class Group
{
    public long Count { get; private set; }

    public long LateCount { get; private set; }

    /// <summary>Late ones that have the duration.</summary>
    public long LateTimed { get; private set; }

    public long OpenCount { get; private set; }

    public List<long> Seconds { get; } = [];

    public void Add(CaseCard card, long? seconds)
    {
        Count++;
        LateCount += card.IsLate ? 1 : 0;
        OpenCount += card.DeliveredAt is null && card.CancelledAt is null ? 1 : 0;
        if (seconds is not { } known)
            return;
        Seconds.Add(known);
        LateTimed += card.IsLate ? 1 : 0;
    }
}

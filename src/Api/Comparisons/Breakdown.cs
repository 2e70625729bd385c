using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Queries;
using Eip.Api.Scenarios;
using Eip.Domain;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Comparisons;

/// <summary>Deliveries, delays, cancellations and the steps' durations by weekday, month, day, state, lane or step.</summary>
internal static class Breakdown
{
    private const int UsualDays = 90;

    private static readonly ApiEndpoint Question = new(
        "breakdown", "Comparisons", ApiPaths.Root + "/breakdown", "Deliveries, delays, cancellations or a step's durations in a period, by weekday, month, day, state, lane or step.")
    {
        Parameters =
        [
            new("of", "What is counted: deliveries (by deliveredAt), delays (by delayedAt, cancelled orders left out), cancellations (by cancelledAt), or the orders that "
                + "went through a step: approval and handling by orderedAt, transit by deliveredAt.", "delays") { Required = true, Allowed = BreakdownSubject.Names },
            new("by", "The groups; step is that in which an order was when it was judged late or cancelled, and each of the three for deliveries.", "weekday") { Required = true, Allowed = BreakdownGroups.Names },
            .. PeriodReader.Parameters(UsualDays),
            new("step", "With of=delays or of=cancellations: only orders that were in this step then.", "handling") { Allowed = CaseFilterReader.Steps },
            .. CaseFilterReader.Places,
        ],
    };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapAnswer(Question, ApiJsonContext.Default.BreakdownDocument, AnswerAsync);

    private static async ValueTask<BreakdownDocument> AnswerAsync(ApiRequest request)
    {
        var subject = BreakdownSubject.Read(request.Query);
        string by = request.Query.Word("by", BreakdownGroups.Names) ?? throw ApiProblemException.BadParameter("by", $"by is needed: one of {string.Join(", ", BreakdownGroups.Names)}.");
        if (by == "step" && !subject.HasSteps)
            throw ApiProblemException.BadParameter("by", $"by=step does not apply to of={subject.Name}, which is one step.");
        var step = CaseFilterReader.Step(request.Query.Word("step", CaseFilterReader.Steps));
        if (step != OpenStep.None && subject.StepAt is null)
            throw ApiProblemException.BadParameter("step", "step applies to of=delays and of=cancellations.");
        var period = PeriodReader.Read(request, UsualDays);
        var groups = new BreakdownGroups(subject, by);
        await request.Ports.Search.VisitAsync(
            subject.In(CaseFilterReader.ReadPlaces(request.Query), period.Moments()),
            card =>
            {
                if (step == OpenStep.None || subject.StepAt!(card) == step)
                    groups.Add(card);
            },
            request.Cancellation);
        return new BreakdownDocument
        {
            Of = subject.Name,
            By = by,
            Counted = subject.Counted,
            Period = period.Item(subject.Time),
            Total = groups.Total,
            Items = groups.ToItems(),
        };
    }
}

/// <summary>Counts of a period by group.</summary>
public sealed class BreakdownDocument : AnswerDocument
{
    /// <summary>What is counted.</summary>
    public required string Of { get; init; }

    /// <summary>By what it is grouped.</summary>
    public required string By { get; init; }

    /// <summary>The same in a sentence.</summary>
    public required string Counted { get; init; }

    /// <summary>The period.</summary>
    public required PeriodItem Period { get; init; }

    /// <summary>Orders in all.</summary>
    public required long Total { get; init; }

    /// <summary>The groups: times in their order, others by their size.</summary>
    public required IReadOnlyList<BreakdownItem> Items { get; init; }
}

/// <summary>One group.</summary>
public sealed class BreakdownItem
{
    /// <summary>The weekday in English, the month or day (<c>2018-03</c>, <c>2018-03-01</c>), the state, the lane (<c>SP-RJ</c>), the step, or <c>unknown</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Orders.</summary>
    public required long Count { get; init; }

    /// <summary>By all orders of the answer.</summary>
    public decimal? Share { get; init; }

    /// <summary>Orders that TMS judged late.</summary>
    public required long LateCount { get; init; }

    /// <summary>Those by all of the group.</summary>
    public decimal? LateRate { get; init; }

    /// <summary>Lower bound of that rate's 95 % confidence interval (Wilson).</summary>
    public decimal? LateRateLow { get; init; }

    /// <summary>Upper bound of it.</summary>
    public decimal? LateRateHigh { get; init; }

    /// <summary>Orders that are neither delivered nor cancelled now.</summary>
    public required long OpenCount { get; init; }

    /// <summary>The duration: lead time of deliveries, age at a cancellation, the step's own; null for delays and where no order has it.</summary>
    public DistributionItem? Duration { get; init; }
}

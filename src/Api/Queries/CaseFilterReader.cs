using Eip.Api.Http;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Pipeline.Text;

namespace Eip.Api.Queries;

/// <summary>The parameters that choose case cards, and how they become a filter.</summary>
internal static class CaseFilterReader
{
    private const string RangeNote = "a moment (yyyy-MM-ddTHH:mm:ssZ) or a day (yyyy-MM-dd)";

    /// <summary>The steps that an order can wait in.</summary>
    public static string[] Steps { get; } = ["approval", "handling", "transit"];

    /// <summary>The statuses of orders that are neither delivered nor cancelled.</summary>
    public static IReadOnlyList<CaseStatus> OpenStatuses { get; } =
        [.. CaseNames.AllStatuses.Where(static status => status is not (CaseStatus.Delivered or CaseStatus.Cancelled))];

    /// <summary>Where orders come from and go to.</summary>
    public static IReadOnlyList<ApiParameter> Places { get; } =
    [
        new("sellerRegion", "The seller's region, or unknown.", "SP") { Many = true },
        new("customerRegion", "The customer's region, or unknown.", "RJ") { Many = true },
        new("lane", "The lane.", "SP-RJ") { Many = true },
    ];

    /// <summary>Parameters of the search.</summary>
    public static IReadOnlyList<ApiParameter> Parameters { get; } =
    [
        new("status", "Current status.", "DELAYED") { Many = true, Allowed = [.. CaseNames.AllStatuses.Select(static status => status.Name())] },
        new("late", "Whether TMS judged the order late.", "true") { Allowed = ["true", "false"] },
        .. Places,
        .. Range("ordered", "order"), .. Range("delivered", "delivery"), .. Range("promised", "the delivery promise"),
        .. Range("delayed", "the judgement that it is late"), .. Range("cancelled", "cancellation"),
        new("anomaly", "Any of these anomalies.", "MISSING_APPROVAL")
            { Many = true, Allowed = [.. CaseNames.AllAnomalies.Select(static anomaly => anomaly.Names().Single())] },
        new("variant", "The path that the events took, exactly.", "ORDER_PLACED>ORDER_APPROVED"),
        new("stuckIn", "The step that an open order waits in.", "handling") { Allowed = Steps },
        new("longerThan", "With stuckIn: the step has lasted longer than this at the watermark; " + DurationText.Forms + ".", "36h"),
        .. MinMax("approval", "ordered to approved"), .. MinMax("handling", "approved to handed over"),
        .. MinMax("transit", "handed over to delivered"), .. MinMax("leadTime", "ordered to delivered"),
        new("q", "The order id begins with this.", "00b1"),
    ];

    /// <summary>The places that a query names.</summary>
    public static CaseFilter ReadPlaces(QueryReader query) => new()
    {
        SellerRegions = query.Regions("sellerRegion"),
        CustomerRegions = query.Regions("customerRegion"),
        Lanes = query.Lanes("lane"),
    };

    /// <summary>The filter that a query describes.</summary>
    public static CaseFilter Read(QueryReader query, EventTime? watermark)
    {
        var filter = ReadPlaces(query) with
        {
            Statuses = [.. query.Texts("status").Select(Status)],
            IsLate = query.Flag("late"),
            Ordered = ReadRange(query, "ordered"),
            Delivered = ReadRange(query, "delivered"),
            Promised = ReadRange(query, "promised"),
            Delayed = ReadRange(query, "delayed"),
            Cancelled = ReadRange(query, "cancelled"),
            AnyAnomaly = query.Texts("anomaly").Select(Anomaly).Aggregate(CaseAnomalies.None, static (all, one) => all | one),
            Variant = Variant(query),
            OpenStep = Step(query.Word("stuckIn", Steps)),
            Approval = ReadMinMax(query, "approval"),
            Handling = ReadMinMax(query, "handling"),
            Transit = ReadMinMax(query, "transit"),
            LeadTime = ReadMinMax(query, "leadTime"),
            OrderIdPrefix = Prefix(query),
        };
        if (query.Seconds("longerThan") is not { } seconds)
            return filter;
        if (filter.OpenStep == OpenStep.None)
            throw ApiProblemException.BadParameter("longerThan", "longerThan needs stuckIn: the step that it is about.");
        return filter with { OpenSinceAtMost = WaitingLongerThan(watermark, seconds) };
    }

    /// <summary>What began at or before this has lasted longer than some seconds at the watermark.</summary>
    public static EventTime WaitingLongerThan(EventTime? watermark, long seconds)
    {
        long latest = (watermark ?? EventTime.MinValue).UnixSeconds - seconds - 1;
        return new EventTime(Math.Max(latest, EventTime.MinValue.UnixSeconds - 1));
    }

    /// <summary>Reads a step; null is none.</summary>
    public static OpenStep Step(string? word) => word switch
    {
        "approval" => OpenStep.Approval,
        "handling" => OpenStep.Handling,
        "transit" => OpenStep.Transit,
        _ => OpenStep.None,
    };

    private static IEnumerable<ApiParameter> Range(string name, string of) =>
    [
        new(name + "From", $"Time of {of}: at or after {RangeNote}.", "2018-01-01"),
        new(name + "To", $"Time of {of}: before a moment, or up to the end of a day.", "2018-06-30"),
    ];

    private static IEnumerable<ApiParameter> MinMax(string name, string of) =>
    [
        new(name + "Min", $"Time from {of}: at least this; {DurationText.Forms}.", "1h"),
        new(name + "Max", $"Time from {of}: at most this; {DurationText.Forms}.", "90d"),
    ];

    private static TimeRange ReadRange(QueryReader query, string name)
    {
        var range = new TimeRange(query.From(name + "From"), query.To(name + "To"));
        if (range is { From: { } from, To: { } to } && to < from)
            throw ApiProblemException.BadParameter(name + "To", $"{name}To lies before {name}From.");
        return range;
    }

    private static SecondsRange ReadMinMax(QueryReader query, string name)
    {
        var range = new SecondsRange(query.Seconds(name + "Min"), query.Seconds(name + "Max"));
        if (range is { Min: { } min, Max: { } max } && max < min)
            throw ApiProblemException.BadParameter(name + "Max", $"{name}Max is less than {name}Min.");
        return range;
    }

    private static CaseStatus Status(string text) => CaseNames.TryParse(text, out CaseStatus status)
        ? status
        : throw ApiProblemException.BadParameter("status", $"'{QueryReader.Shown(text)}' is not a status of the contract.");

    private static CaseAnomalies Anomaly(string text) => CaseNames.TryParse(text, out CaseAnomalies anomaly)
        ? anomaly
        : throw ApiProblemException.BadParameter("anomaly", $"'{QueryReader.Shown(text)}' is not an anomaly of the contract.");

    private static string? Variant(QueryReader query)
    {
        if (query.Text("variant") is not { } text)
            return null;
        foreach (string name in text.Split('>'))
        {
            if (!EventTypes.TryParse(name, out var type) || type.Name() != name)
                throw ApiProblemException.BadParameter("variant", $"'{QueryReader.Shown(name)}' in the variant is not an event type of the contract.");
        }

        return text;
    }

    private static string? Prefix(QueryReader query)
    {
        if (query.Text("q") is not { } text)
            return null;
        return OrderId.TryParse(text, out _) ? text : throw ApiProblemException.BadParameter("q", "q is not the beginning of an order id.");
    }
}

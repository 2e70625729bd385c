using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Eip.Api.DeadLetters;
using Eip.Api.Estimates;
using Eip.Api.Health;
using Eip.Api.Http;
using Eip.Api.Ingest;
using Eip.Api.Json;
using Eip.Api.Lanes;
using Eip.Api.Live;
using Eip.Api.Overview;
using Eip.Api.Queries;
using Eip.Api.Replay;
using Eip.Api.Scenarios;
using Eip.Api.Shipments;
using Eip.Domain;
using Eip.Pipeline.Ports;

namespace Eip.Api.OpenApi;

/// <summary>An example of every answer and body: documents like any other, written as any other, so that they cannot go out of date.</summary>
internal static class Examples
{
    private static readonly EventTime Watermark = EventTime.Parse("2018-06-30T18:00:00Z");
    private static readonly EventTime AsOf = EventTime.Parse("2026-01-05T09:30:00Z");
    private static readonly DateOnly Today = Watermark.Date;
    private static readonly Lane ExampleLane = new(Region.Parse("SP"), Region.Parse("RJ"));
    private static readonly Lane OtherLane = new(Region.Parse("SP"), Region.Parse("SP"));
    private static readonly LaneKpis Kpis = new(40, 301.2500m, 288.0000m, 412.3000m, 12, 0.3000m, 61.7500m, 221.0417m, 9, 1, 44, 26, 0.5909m);
    private static readonly LaneKpis NetworkKpis = new(1_204, 251.1000m, 240.5000m, 330.2000m, 97, 0.0806m, 55.1000m, 180.3000m, 88, 14, 1_260, 1_107, 0.8786m);
    private static readonly FulfillmentCase Case = ExampleCase();
    private static readonly CaseCard Card = Case.ToCard();
    private static readonly CardItem Item = new(Card, Watermark);
    private static readonly PeriodItem Period = new(new DateOnly(2018, 4, 2), Today, "deliveredAt");
    private static readonly DeliveryEstimate Estimate = DeliveryEstimate.Of(Card, Watermark, NormTable.Of([], Watermark))!;
    private static readonly AlertItem Alert = new(
        "late-lane", "SP-RJ", null, 12, 40, 0.3000m, 0.0806m, 0.0001m, "12 of 40 deliveries late (30.0 %) against 8.1 % in the 90 days before.",
        "/api/v1/shipments?lane=SP-RJ&status=DELIVERED&late=true&deliveredFrom=2018-06-24&deliveredTo=2018-06-30");
    private static readonly DurationDistribution Distribution = new("", 812, 74, 205_310.5m, 3_600, 181_440, 397_000, 480_200, 702_000, 1_036_800);

    private static readonly Dictionary<string, Func<JsonNode>> Answers = new(StringComparer.Ordinal)
    {
        ["shipment"] = static () => Node(new CardDocument(CaseSnapshot.Of(Case), new LaneComparison(ExampleLane, 90, 40, 288.0000m, 412.3000m, 465.0000m), Estimate, AsOf, Watermark), ApiJsonContext.Default.CardDocument),
        ["shipment-timeline"] = static () => List([.. Case.ToTimeline()], ApiJsonContext.Default.ListDocumentFulfillmentEvent),
        ["shipments"] = static () => List([Item], ApiJsonContext.Default.ListDocumentCardItem, Cursor, Facets()),
        ["sla-violations"] = static () => Document(new SlaViolationsDocument { Total = 74, Items = [Item], Next = Cursor, Open = 74, Settled = 97 }, ApiJsonContext.Default.SlaViolationsDocument),
        ["approval-to-handoff"] = static () => Document(Bottleneck("handling", "orderedAt"), ApiJsonContext.Default.BottleneckDocument),
        ["handoff-to-delivery"] = static () => Document(Bottleneck("transit", "deliveredAt"), ApiJsonContext.Default.BottleneckDocument),
        ["delays-by-seller-region"] = static () => List([Delay("SP", 5, null)], ApiJsonContext.Default.ListDocumentDelayItem),
        ["delays-by-lane"] = static () => List([Delay("SP-RJ", null, 9)], ApiJsonContext.Default.ListDocumentDelayItem),
        ["stuck"] = static () => List([new StuckItem(Card, Watermark, CaseProgress.Of(Card), 480_200, isLaneNorm: true)], ApiJsonContext.Default.ListDocumentStuckItem, Cursor),
        ["at-risk"] = static () => List([new AtRiskItem(Card, Watermark, Estimate)], ApiJsonContext.Default.ListDocumentAtRiskItem, Cursor),
        ["alerts"] = static () => List([Alert], ApiJsonContext.Default.ListDocumentAlertItem),
        ["compare"] = static () => Document(AnswerExamples.Comparison(), ApiJsonContext.Default.ComparisonDocument),
        ["breakdown"] = static () => Document(AnswerExamples.Breakdown(new DistributionItem(Distribution)), ApiJsonContext.Default.BreakdownDocument),
        ["histogram"] = static () => Document(AnswerExamples.Histogram(), ApiJsonContext.Default.HistogramDocument),
        ["lanes"] = static () => List([new LaneItem(ExampleLane, Kpis, null)], ApiJsonContext.Default.ListDocumentLaneItem),
        ["lane"] = static () => Document(new LaneDocument { Lane = ExampleLane, Counted = "Orders of lanes.", Period = Period, Total = new WindowItem(90, Today, Kpis), Today = new DayItem(Today, Kpis), Rolling = Rolling(Kpis), Explain = new LaneExplanation(Kpis, NetworkKpis) }, ApiJsonContext.Default.LaneDocument),
        ["lane-daily"] = static () => List([new DayItem(Today, Kpis)], ApiJsonContext.Default.ListDocumentDayItem),
        ["lanes-worst"] = static () => List([Explained(ExampleLane)], ApiJsonContext.Default.ListDocumentLaneItem),
        ["lanes-compare"] = static () => Document(new LaneComparisonDocument { Days = 90, Counted = "Orders of lanes.", Period = Period, A = Explained(ExampleLane), B = Explained(OtherLane), OnTimeRateDifference = 0m, LateRateDifference = 0m, P95LeadTimeDifferenceHours = 0m, IsSignificant = false }, ApiJsonContext.Default.LaneComparisonDocument),
        ["overview"] = static () => Document(Overview(), ApiJsonContext.Default.OverviewDocument),
        ["pipeline"] = static () => Document(Pipeline(), ApiJsonContext.Default.PipelineDocument),
        ["ingest"] = static () => Document(new IngestDocument { Received = 3, Appended = 1, Duplicates = 1, Corrections = 0, Rejected = 1, Errors = [new BadLine(3, "eventAt", "'soon' is not a time of the form yyyy-MM-ddTHH:mm:ssZ.", Letter.Id)] }, ApiJsonContext.Default.IngestDocument),
        ["dead-letters"] = static () => List([new DeadLetterItem(Letter)], ApiJsonContext.Default.ListDocumentDeadLetterItem),
        ["dead-letter-retry"] = static () => Document(new RetryDocument { Id = Letter.Id, Outcome = "retried" }, ApiJsonContext.Default.RetryDocument),
        ["replay"] = static () => ReplayAnswer(ReplayState.Running),
        ["replay-start"] = static () => ReplayAnswer(ReplayState.Preparing),
        ["replay-change"] = static () => ReplayAnswer(ReplayState.Paused),
        ["replay-stop"] = static () => ReplayAnswer(ReplayState.Stopped),
        ["health-live"] = static () => Document(new HealthDocument { Status = "live" }, ApiJsonContext.Default.HealthDocument),
        ["health-ready"] = static () => Document(new HealthDocument { Status = "ready" }, ApiJsonContext.Default.HealthDocument),
    };

    /// <summary>A position in a search.</summary>
    public static string Cursor { get; } = new CursorText(CursorText.OrderOf(CaseSort.OrderedAt, descending: true), Card.OrderedAt!.Value.UnixSeconds, Card.OrderId, null).Encode();

    private static DeadLetter Letter => new("019409f1a2b3-0000000000000001-5f3a9c2174d0b8e6", AsOf.ToDateTimeOffset(), "POST /api/v1/events, line 3", "eventAt", "'soon' is not a time of the form yyyy-MM-ddTHH:mm:ssZ.", RawContent.Of("{\"eventAt\":\"soon\"}"));

    /// <summary>What an endpoint answers with.</summary>
    public static JsonNode? Answer(string endpoint, string mediaType) => mediaType switch
    {
        "text/csv" => JsonValue.Create(Csv()),
        "application/x-ndjson" => JsonValue.Create(Node(Item, ApiJsonContext.Default.CardItem).ToJsonString() + "\n"),
        "text/event-stream" => JsonValue.Create($"id: 7\nevent: alert\ndata: {Live().ToJsonString()}\n\n"),
        "text/plain" => JsonValue.Create("# HELP eip_orders Orders that have a card.\n# TYPE eip_orders gauge\neip_orders 812\n"),
        _ => Answers.TryGetValue(endpoint, out var answer) ? answer() : null,
    };

    /// <summary>What an endpoint takes.</summary>
    public static JsonNode? Body(string endpoint, string mediaType) => endpoint switch
    {
        "ingest" when mediaType == "application/json" => new JsonArray(JsonNode.Parse(EventJson.ToJson(Case[0]))),
        "ingest" => JsonValue.Create(EventJson.ToJson(Case[0]) + "\n" + EventJson.ToJson(Case[1]) + "\n"),
        "replay-start" => new JsonObject { ["mode"] = "replay", ["from"] = "2018-01-01T00:00:00Z", ["speed"] = 3600, ["maxGap"] = "2s" },
        "replay-change" => new JsonObject { ["paused"] = true },
        _ => null,
    };

    /// <summary>How an endpoint refuses.</summary>
    public static JsonNode Problem(int status, ApiEndpoint endpoint) => Node(
        new ProblemDocument
        {
            Type = "urn:eip:problem:" + (status == 400 ? "bad-parameter" : status == 404 ? "not-found" : "refused"),
            Title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
            Status = status,
            Detail = status == 400 ? "'colour' is not a parameter of this path." : "A sentence that says what is wrong.",
            Instance = endpoint.Pattern,
            Field = status == 400 ? "colour" : null,
            TraceId = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
        },
        ApiJsonContext.Default.ProblemDocument);

    /// <summary>A part of a path.</summary>
    public static JsonNode PathPart(string name) => JsonValue.Create(name switch
    {
        "orderId" => Card.OrderId.ToString(),
        "seller" => "SP",
        "customer" => "RJ",
        _ => Letter.Id,
    });

    private static FulfillmentCase ExampleCase()
    {
        var id = OrderId.Parse("5ca1ab1e0ddba11cafef00d5ca1ab1e0");
        var example = new FulfillmentCase(id);
        void Add(EventType type, string at) => example.Apply(new FulfillmentEvent(
            id, type, EventTime.Parse(at), ExampleLane.Seller, ExampleLane.Customer, EventTime.Parse("2018-06-25T00:00:00Z")));
        Add(EventType.OrderPlaced, "2018-06-11T09:00:00Z");
        Add(EventType.OrderApproved, "2018-06-11T09:20:00Z");
        Add(EventType.WarehouseAssigned, "2018-06-11T09:20:00Z");
        Add(EventType.HandedToCarrier, "2018-06-14T15:05:00Z");
        Add(EventType.DeliveryDelayed, "2018-06-25T23:59:59Z");
        return example;
    }

    private static JsonNode Node<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(value, type)!;

    private static JsonNode Document<T>(T document, JsonTypeInfo<T> type)
        where T : AnswerDocument
    {
        document.AsOf = AsOf;
        document.Watermark = Watermark;
        return Node(document, type);
    }

    private static JsonNode List<T>(
        IReadOnlyList<T> items, JsonTypeInfo<ListDocument<T>> type, string? next = null, IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>>? facets = null) =>
        Document(new ListDocument<T> { Total = items.Count, Items = items, Next = next, Facets = facets }, type);

    private static IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> Facets() => CardList.Facets(new CaseFacets(
        One("DELAYED"), One("SP"), One("RJ"), new Dictionary<string, long>(StringComparer.Ordinal)));

    private static Dictionary<string, long> One(string key) => new(StringComparer.Ordinal) { [key] = 1 };

    private static BottleneckDocument Bottleneck(string step, string by) => new()
    {
        Step = step,
        Period = new PeriodItem(new DateOnly(2018, 6, 1), Today, by),
        PreviousPeriod = new PeriodItem(new DateOnly(2018, 5, 2), new DateOnly(2018, 5, 31), by),
        Distribution = new DistributionItem(Distribution),
        Previous = new DistributionItem(Distribution with { Count = 790, P95 = 470_100 }),
        Change = new DistributionChange(22, 0m, 0, 10_100),
        WorstSellerRegions = [new DistributionItem(Distribution with { Key = "SP", Count = 412 })],
        WorstOrders = [Item],
        WaitingCount = 31,
        WaitingLongest = [Item],
    };

    private static DelayItem Delay(string key, long? open, long? breaches) => new()
    {
        Key = key,
        DeliveredCount = 40,
        LateCount = 12,
        LateRate = 0.3000m,
        LateRateLow = WilsonInterval.Of(12, 40)?.Low,
        LateRateHigh = WilsonInterval.Of(12, 40)?.High,
        OpenLateCount = open,
        BreachCount = breaches,
        P50LeadTimeHours = 288.0000m,
        P95LeadTimeHours = 412.3000m,
    };

    private static LaneItem Explained(Lane lane) => new(lane, Kpis, new LaneExplanation(Kpis, NetworkKpis));

    private static List<WindowItem> Rolling(LaneKpis kpis) => [.. LaneLedger.RollingDays.Select(days => new WindowItem(days, Today, kpis))];

    private static OverviewDocument Overview() => new()
    {
        OrderCount = 1,
        Status = CaseNames.AllStatuses.ToDictionary(static status => status.Name(), static status => status == CaseStatus.Delayed ? 1L : 0L, StringComparer.Ordinal),
        Anomalies = One("MISSING_APPROVAL"),
        OpenLateCount = 1,
        Counted = "Orders by status, all of them; every other figure over orders in lanes.",
        NoLaneCount = 0,
        NoLaneCancelledCount = 0,
        Period = Period,
        Total = new WindowItem(90, Today, NetworkKpis),
        Today = new DayItem(Today, NetworkKpis),
        Rolling = Rolling(NetworkKpis),
        Trend = [new DayItem(Today, NetworkKpis)],
        LagEvents = 0,
    };

    private static PipelineDocument Pipeline() => new()
    {
        OrderCount = 812,
        LagEvents = 120,
        LagSeconds = 60,
        EventsPerSecond = 48_000,
        DeadLetters = 1,
        Partitions = [new PartitionItem(new PartitionStatus(0, 4_120, 4_000, Watermark + 60, Watermark, 48_000))],
        Replay = new ReplayItem(Status(ReplayState.Running)),
        Missing = Left(),
    };

    private static JsonNode ReplayAnswer(ReplayState state) => Document(new ReplayDocument { Replay = new ReplayItem(Status(state)), Missing = Left() }, ApiJsonContext.Default.ReplayDocument);

    private static MissingItem[] Left() => [new MissingItem(new MissingRange(EventTime.Parse("2018-02-03T08:00:12Z"), EventTime.Parse("2018-02-05T21:40:00Z"), 310))];

    private static ReplayStatus Status(ReplayState state) => new(
        "r-1", new ReplayRequest { Mode = ReplayMode.Replay, From = EventTime.Parse("2018-01-01T00:00:00Z"), Speed = 3_600 }, state, 3_600,
        Watermark, 4_000, 31_000, 812.5, TimeSpan.Zero, AsOf.ToDateTimeOffset(), state == ReplayState.Stopped ? AsOf.ToDateTimeOffset() : null, null);

    private static JsonNode Live() => Node(new LiveDocument(new LiveChange(7, LiveKind.Alert, Card, "LATE", Watermark)) { AsOf = AsOf }, ApiJsonContext.Default.LiveDocument);

    private static string Csv()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        CanonicalCsv.WriteHeader(buffer, CanonicalCsv.CardHeader);
        CanonicalCsv.Write(buffer, Card);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}

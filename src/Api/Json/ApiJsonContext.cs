using System.Text.Json.Serialization;
using Eip.Api.Comparisons;
using Eip.Api.DeadLetters;
using Eip.Api.Health;
using Eip.Api.Ingest;
using Eip.Api.Lanes;
using Eip.Api.Live;
using Eip.Api.Overview;
using Eip.Api.Replay;
using Eip.Api.Scenarios;
using Eip.Api.Shipments;
using Eip.Domain;

namespace Eip.Api.Json;

/// <summary>How every document of the API is written and read: camelCase, times in the contract's form, no field that is not known.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    Converters =
    [
        typeof(EventTimeConverter), typeof(OrderIdConverter), typeof(RegionConverter), typeof(LaneConverter), typeof(CaseStatusConverter),
        typeof(CaseAnomaliesConverter), typeof(OpenStepConverter), typeof(FulfillmentEventConverter),
    ])]
[JsonSerializable(typeof(CardDocument))]
[JsonSerializable(typeof(CardItem))]
[JsonSerializable(typeof(ListDocument<CardItem>), TypeInfoPropertyName = "ListDocumentCardItem")]
[JsonSerializable(typeof(ListDocument<FulfillmentEvent>), TypeInfoPropertyName = "ListDocumentFulfillmentEvent")]
[JsonSerializable(typeof(SlaViolationsDocument))]
[JsonSerializable(typeof(BottleneckDocument))]
[JsonSerializable(typeof(ListDocument<DelayItem>), TypeInfoPropertyName = "ListDocumentDelayItem")]
[JsonSerializable(typeof(ListDocument<StuckItem>), TypeInfoPropertyName = "ListDocumentStuckItem")]
[JsonSerializable(typeof(ListDocument<AtRiskItem>), TypeInfoPropertyName = "ListDocumentAtRiskItem")]
[JsonSerializable(typeof(ListDocument<AlertItem>), TypeInfoPropertyName = "ListDocumentAlertItem")]
[JsonSerializable(typeof(ComparisonDocument))]
[JsonSerializable(typeof(BreakdownDocument))]
[JsonSerializable(typeof(HistogramDocument))]
[JsonSerializable(typeof(ListDocument<LaneItem>), TypeInfoPropertyName = "ListDocumentLaneItem")]
[JsonSerializable(typeof(ListDocument<DayItem>), TypeInfoPropertyName = "ListDocumentDayItem")]
[JsonSerializable(typeof(LaneDocument))]
[JsonSerializable(typeof(LaneComparisonDocument))]
[JsonSerializable(typeof(OverviewDocument))]
[JsonSerializable(typeof(PipelineDocument))]
[JsonSerializable(typeof(IngestDocument))]
[JsonSerializable(typeof(ListDocument<DeadLetterItem>), TypeInfoPropertyName = "ListDocumentDeadLetterItem")]
[JsonSerializable(typeof(RetryDocument))]
[JsonSerializable(typeof(ReplayDocument))]
[JsonSerializable(typeof(ReplayStart))]
[JsonSerializable(typeof(ReplayPatch))]
[JsonSerializable(typeof(LiveDocument))]
[JsonSerializable(typeof(HealthDocument))]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(FulfillmentEvent))]
[JsonSerializable(typeof(SortedDictionary<string, long>))]
[JsonSerializable(typeof(string))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;

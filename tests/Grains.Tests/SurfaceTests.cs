using System.Reflection;
using Eip.Domain;
using Eip.Grains.Abstractions;
using Eip.Grains.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.CodeGeneration;
using Orleans.Serialization;

namespace Eip.Grains.Tests;

/// <summary>What silos of two releases say to each other, and what is stored: it changes only on purpose, and then by addition.</summary>
public sealed class SurfaceTests
{
    private const string Frozen =
        """
        eip.CaseInput: 0 String, 1 Byte[], 2 CaseState, 3 Boolean
        eip.CaseOutcome: 0 CaseState, 1 Int64, 2 Int64, 3 LaneContribution?, 4 IReadOnlyList<UInt32>, 5 Int32, 6 String, 7 UInt32?
        eip.CaseState: 0 Byte[], 1 Int64, 2 Int64
        eip.IFulfillmentGrain v1: Apply(CaseInput) CaseOutcome; Read() CaseState
        eip.IIngestGrain v1: Ingest(IngestBatch) Int64
        eip.ILaneGrain v1: Apply(LaneChanges); Flush(); Touch(); Window(Int32, Int32) LaneWindow
        eip.ILiveService v1: Publish(LiveBatch)
        eip.IReplayGrain v1: Change(Boolean?, Double?, Int64?) ReplayAnswer; Get() ReplayAnswer; Start(ReplayOrder) ReplayAnswer; Stop() ReplayAnswer
        eip.IngestBatch: 0 Byte[], 1 Int64, 2 Int64, 3 String
        eip.LaneChanges: 0 Byte[], 1 LaneContribution?[], 2 Int64
        eip.LaneContribution: 0 UInt32, 1 Int32?, 2 Int32?, 3 Int32?, 4 Int64, 5 Int64?, 6 Int64?, 7 Boolean, 8 Int32?, 9 Boolean
        eip.LaneMigrationState: 0 LaneChanges, 1 Int32[], 2 Int32[], 3 Boolean
        eip.LaneState: 0 Int32, 1 Int32, 2 Int32[]
        eip.LaneWindow: 0 LaneContribution[]
        eip.LiveBatch: 0 Byte[], 1 Int64?
        eip.ReplayAnswer: 0 ReplayRecord, 1 String, 2 String
        eip.ReplayOrder: 0 ReplayMode, 1 Int64?, 2 Int64?, 3 Double, 4 TimeSpan?, 5 Int32?
        eip.ReplayRecord: 0 String, 1 ReplayOrder, 2 ReplayState, 3 Double, 4 Int64?, 5 Int64, 6 Int64?, 7 Double, 8 TimeSpan, 9 DateTimeOffset, 10 DateTimeOffset?, 11 String, 12 List<Int64>, 13 Int64?, 14 List<Int64>
        """;

    [Fact]
    public void The_grain_interfaces_and_messages_are_the_ones_that_were_released()
    {
        var types = new[] { typeof(IFulfillmentGrain).Assembly, typeof(GrainStores).Assembly }.SelectMany(static assembly => assembly.GetTypes());

        string now = string.Join('\n', types.Select(Describe).OfType<string>().Order(StringComparer.Ordinal));

        now.ShouldBe(Frozen.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void The_stored_form_of_a_case_is_the_one_that_was_released()
    {
        var @case = new FulfillmentCase(OrderId.Parse("order-1"));
        @case.Apply(new FulfillmentEvent(@case.OrderId, EventType.OrderPlaced, new EventTime(1_000), default, Region.Parse("RJ"), new EventTime(2_000)));
        @case.Apply(new FulfillmentEvent(@case.OrderId, EventType.Delivered, new EventTime(1_500), Region.Parse("SP"), Region.Parse("RJ"), null, """{"a":1}"""));

        var state = CaseState.Of(@case, [Lane.Of(Region.Parse("MG"), Region.Parse("RJ"))!.Value.Code], writer: 7);

        Convert.ToHexStringLower(state.Body).ShouldBe(
            "01010000004a52474d020000000101e80300000000000000004a52d0070000000000000502dc0500000000000050534a52070000007b2261223a317d");
        state.Version.ShouldBe(2);
    }

    [Fact]
    public void Damaged_state_is_an_error_and_not_a_case()
    {
        var order = OrderId.Parse("order-1");
        var @case = new FulfillmentCase(order);
        @case.Apply(new FulfillmentEvent(order, EventType.OrderPlaced, new EventTime(1_000), default, Region.Parse("RJ"), null, """{"a":1}"""));
        byte[] body = CaseState.Of(@case, [], 1).Body;

        for (int length = 0; length < body.Length; length++)
            Should.Throw<InvalidDataException>(() => new CaseState(body[..length], 1, 1).Restore(order, out _));
        Should.Throw<InvalidDataException>(() => new CaseState([9, .. body.AsSpan(1)], 1, 1).Restore(order, out _)).Message.ShouldContain("format 9");
    }

    [Fact]
    public void Messages_cross_silos_whole_and_stay_the_same_objects_within_one()
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        var copier = services.GetRequiredService<DeepCopier>();
        var events = Orders.Events(seed: 50, orders: 200);
        var order = events[0].OrderId;
        var mine = events.Where(@event => @event.OrderId == order).ToArray();
        var reference = new Reference(events);
        var input = new CaseInput(order, mine, new CaseState([1, 2], 3, 4));
        var batch = new IngestBatch(events, 70, 77, "id");
        var changes = new LaneChanges([.. reference.Cases.Select(static item => new LaneChange(item.Key, item.Value.Version, item.Value.Contribution()))], new EventTime(5));

        var inputCopy = serializer.Deserialize<CaseInput>(serializer.SerializeToArray(input))!;
        inputCopy.Events.ToArray().ShouldBe(mine);
        inputCopy.Seed!.Version.ShouldBe(3);
        var batchCopy = serializer.Deserialize<IngestBatch>(serializer.SerializeToArray(batch))!;
        batchCopy.Events.ToArray().ShouldBe(events);
        (batchCopy.FirstOffset, batchCopy.NextOffset, batchCopy.TopicId).ShouldBe((70, 77, "id"));
        serializer.Deserialize<LaneChanges>(serializer.SerializeToArray(changes))!.Items.ShouldBe(changes.Items);
        copier.Copy(input)!.ShouldBeSameAs(input);
        copier.Copy(batch)!.ShouldBeSameAs(batch);
        copier.Copy(changes)!.ShouldBeSameAs(changes);
    }

    private static string? Describe(Type type)
    {
        if (type.GetCustomAttribute<AliasAttribute>()?.Alias is not { } alias || !type.IsPublic)
            return null;
        if (!type.IsInterface)
            return $"{alias}: {string.Join(", ", Members(type))}";
        var methods = type.GetMethods().Select(static method =>
            $"{method.GetCustomAttribute<AliasAttribute>()!.Alias}({string.Join(", ", method.GetParameters().Select(static parameter => Name(parameter.ParameterType)))})"
            + (method.ReturnType.IsGenericType ? $" {Name(method.ReturnType.GetGenericArguments()[0])}" : ""));
        return $"{alias} v{type.GetCustomAttribute<VersionAttribute>()!.Version}: {string.Join("; ", methods.Order(StringComparer.Ordinal))}";
    }

    private static IEnumerable<string> Members(Type type) => type.GetProperties()
        .Select(static property => (property.GetCustomAttribute<IdAttribute>()?.Id, property))
        .Where(static member => member.Id is not null)
        .OrderBy(static member => member.Id)
        .Select(static member => $"{member.Id} {Name(member.property.PropertyType)}");

    private static string Name(Type type) =>
        Nullable.GetUnderlyingType(type) is { } inner ? Name(inner) + "?"
        : type.IsArray ? Name(type.GetElementType()!) + "[]"
        : type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;
}

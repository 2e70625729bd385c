namespace Eip.Domain.Tests;

public sealed class EventIdTests
{
    [Fact]
    public void The_id_of_the_contract_example_is_the_contract_vector() =>
        EventId.Of(OrderId.Parse("2e7a8482f6fb09756ca50c10d7bfc047"), EventType.OrderPlaced, EventTime.Parse("2016-09-04T21:15:19Z"))
            .ToString().ShouldBe("77616c52c577f0d708836c6fabf656fc");

    [Fact]
    public void Ids_order_as_their_hexadecimal_text()
    {
        var ids = Enumerable.Range(0, 1000)
            .Select(i => EventId.Of(OrderId.Parse($"order-{i}"), EventType.Delivered, new EventTime(i)))
            .ToList();
        ids.Order().Select(id => id.ToString()).ShouldBe(ids.Select(id => id.ToString()).Order(StringComparer.Ordinal));
    }
}

using Eip.Domain;
using Eip.Simulator.Olist;
using Eip.Simulator.Synthetic;
using Eip.Simulator.Tests.Olist;

namespace Eip.Simulator.Tests.Synthetic;

/// <summary>Rates of a generated data set against those of Olist's orders, which the tables hold. One seed, so a failure is a change.</summary>
public sealed class SyntheticRatesTests(SyntheticRatesTests.Generated generated) : IClassFixture<SyntheticRatesTests.Generated>
{
    private const int Orders = 40_000;
    private readonly Dictionary<OrderId, CaseCard> cards = generated.Cards;

    [Fact]
    public void About_four_point_seven_events_follow_from_an_order() =>
        ((double)generated.History.EventCount / Orders).ShouldBe(4.72, 0.06);

    [Theory]
    [InlineData(CaseStatus.Cancelled, 0.151)]
    [InlineData(CaseStatus.Delivered, 0.639)]
    public void Orders_end_as_often_in_a_status_as_Olists_do(CaseStatus status, double share) =>
        Share(card => card.CurrentStatus == status).ShouldBe(share, 0.01);

    [Theory]
    [InlineData("SP", 0.427, 0.712)]
    [InlineData("RJ", 0.138, 0.047)]
    [InlineData("MG", 0.110, 0.082)]
    [InlineData("PR", 0.049, 0.082)]
    [InlineData("SC", 0.032, 0.032)]
    public void Customers_and_sellers_live_where_Olists_do(string state, double customers, double sellers)
    {
        var region = Region.Parse(state);
        Share(card => card.CustomerRegion == region).ShouldBe(customers, 0.01);
        Share(card => card.SellerRegion == region, static card => card.SellerRegion.IsKnown).ShouldBe(sellers, 0.025);
    }

    [Fact]
    public void Deliveries_are_late_as_often_as_Olists_are() =>
        Share(static card => card.IsLate && card.DeliveredAt > card.DelayedAt, static card => card.DeliveredAt is not null).ShouldBe(0.076, 0.015);

    [Theory]
    [InlineData(CaseAnomalies.HandoffBeforeApproval, 0.0098, 0.003)]
    [InlineData(CaseAnomalies.DeliveryBeforeHandoff, 0.0004, 0.0003)]
    [InlineData(CaseAnomalies.MissingHandoff, 0.00001, 0.0001)]
    [InlineData(CaseAnomalies.DeliveredAndCancelled, 0.0011, 0.0006)]
    public void Oddities_are_as_rare_as_in_Olists_orders(CaseAnomalies anomaly, double share, double within) =>
        Share(card => card.Anomalies.HasFlag(anomaly)).ShouldBe(share, within);

    [Fact]
    public void Some_orders_were_never_approved_and_some_have_no_items()
    {
        Share(static card => card.ApprovedAt is null).ShouldBe(0.018, 0.004);
        Share(static card => !card.SellerRegion.IsKnown).ShouldBe(0.095, 0.01);
        Share(static card => card.Anomalies.HasFlag(CaseAnomalies.MissingApproval)).ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("SP", "SP", 87)]
    [InlineData("SP", "RJ", 220)]
    [InlineData("SP", "RS", 262)]
    [InlineData("SP", "BA", 339)]
    public void Transit_takes_longer_the_farther_a_lane_reaches(string seller, string customer, double hours) =>
        MedianHours(card => card.SellerRegion == Region.Parse(seller) && card.CustomerRegion == Region.Parse(customer) ? card.TransitSeconds : null)
            .ShouldBe(hours, hours * 0.25);

    [Fact]
    public void Approval_and_handling_take_as_long_as_in_Olists_orders()
    {
        MedianHours(static card => card.ApprovalSeconds).ShouldBe(0.34, 0.05);
        MedianHours(static card => card.HandlingSeconds).ShouldBe(44.5, 4);
    }

    [Fact]
    public void Orders_follow_months_weekdays_and_hours()
    {
        Share(static card => card.OrderedAt?.Date is { Year: 2017, Month: 11 }).ShouldBe(0.083, 0.006);
        Share(static card => card.OrderedAt?.Date is { Year: 2016, Month: 11 or 12 }).ShouldBe(0);
        Share(static card => card.OrderedAt?.Date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday).ShouldBe(0.227, 0.01);
        Share(static card => card.OrderedAt?.ToDateTimeOffset().Hour is >= 3 and < 6).ShouldBe(0.006, 0.003);
        Share(static card => card.OrderedAt?.Date == new DateOnly(2017, 11, 24)).ShouldBe(0.0094, 0.003);
    }

    [Fact]
    public void Several_items_and_several_sellers_are_as_frequent_as_in_Olists_orders()
    {
        var orders = File.ReadLines(OlistFile.Items.In(generated.Folder)).Skip(1).Select(static line => line.Split(','))
            .GroupBy(static row => row[0], static row => row[3]).ToArray();
        double several = orders.Count(static items => items.Count() > 1);
        (several / orders.Length).ShouldBe(0.098, 0.01);
        (orders.Count(static items => items.Distinct().Count() > 1) / several).ShouldBe(0.086, 0.02);
    }

    private double Share(Func<CaseCard, bool> of, Func<CaseCard, bool>? among = null)
    {
        var all = cards.Values.Where(among ?? (static _ => true)).ToArray();
        return (double)all.Count(of) / all.Length;
    }

    private double MedianHours(Func<CaseCard, long?> seconds)
    {
        long[] sorted = [.. cards.Values.Select(seconds).OfType<long>().Order()];
        return sorted[sorted.Length / 2] / 3600.0;
    }

    public sealed class Generated : IDisposable
    {
        public Generated()
        {
            SyntheticDataSet.Generate(Folder, Orders, 7);
            History = OlistReader.Read(Folder, new RejectList());
            var cases = new Dictionary<OrderId, FulfillmentCase>();
            foreach (var batch in History.Batches())
            {
                foreach (var e in batch.Span)
                {
                    if (!cases.TryGetValue(e.OrderId, out var found))
                        cases.Add(e.OrderId, found = new FulfillmentCase(e.OrderId));
                    found.Apply(e);
                }
            }

            Cards = cases.ToDictionary(static pair => pair.Key, static pair => pair.Value.ToCard());
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("eip-rates-").FullName;

        public OlistHistory History { get; }

        public Dictionary<OrderId, CaseCard> Cards { get; }

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}

using System.Security.Cryptography;
using Eip.Domain;
using Eip.Simulator.Olist;
using Eip.Simulator.Synthetic;
using Eip.Simulator.Tests.Olist;

namespace Eip.Simulator.Tests.Synthetic;

public sealed class SyntheticDataSetTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("eip-synthetic-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_seed_gives_the_same_bytes_on_every_machine()
    {
        SyntheticDataSet.Generate(folder, 10_000, 42);
        var all = OlistFile.Required.SelectMany(file => File.ReadAllBytes(file.In(folder)));
        Convert.ToHexStringLower(SHA256.HashData(all.ToArray())).ShouldBe("8a21599727c7f49929899067332887d50b57362bdc95b0a395862211a89b0459");
    }

    [Fact]
    public void Another_seed_gives_other_orders()
    {
        string other = Path.Combine(folder, "other");
        SyntheticDataSet.Generate(folder, 10, 1);
        SyntheticDataSet.Generate(other, 10, 2);
        foreach (var file in OlistFile.Required)
            File.ReadAllText(file.In(folder)).ShouldNotBe(File.ReadAllText(file.In(other)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    [InlineData(4097)]
    public void Every_row_reads_back_and_every_order_item_and_seller_is_known(int orders)
    {
        var summary = SyntheticDataSet.Generate(folder, orders, 3);
        var rejects = new RejectList();
        var history = OlistReader.Read(folder, rejects);
        rejects.Rows.ShouldBeEmpty();
        history.OrderCount.ShouldBe(orders);
        history.Files.Select(static file => file.Rows).ShouldBe([orders, summary.Items, orders, summary.Sellers]);
        summary.Bytes.ShouldBe(OlistFile.Required.Sum(file => new FileInfo(file.In(folder)).Length));
        var events = history.Batches().SelectMany(static batch => batch.ToArray()).ToArray();
        events.ShouldAllBe(static e => e.CustomerRegion.IsKnown && e.EstimatedDeliveryAt != null);
        events.Where(static e => e.Type == EventType.WarehouseAssigned).ShouldAllBe(static e => e.SellerRegion.IsKnown);
        events.Select(static e => e.OrderId).Distinct().Count().ShouldBe(orders);
    }

    [Fact]
    public void Orders_come_in_order_of_purchase_and_ids_never_repeat()
    {
        SyntheticDataSet.Generate(folder, 20_000, 4);
        string[][] rows = [.. File.ReadLines(OlistFile.Orders.In(folder)).Skip(1).Select(static line => line.Split(','))];
        rows.Select(static row => row[3]).ShouldBeInOrder();
        rows.Select(static row => row[0]).Distinct().Count().ShouldBe(20_000);
        rows.Select(static row => row[1]).Distinct().Count().ShouldBe(20_000);
        string[] sellers = [.. File.ReadLines(OlistFile.Sellers.In(folder)).Skip(1).Select(static line => line.Split(',')[0])];
        sellers.Distinct().Count().ShouldBe(sellers.Length);
    }

    [Fact]
    public void Files_that_are_there_are_replaced_only_on_request()
    {
        SyntheticDataSet.Generate(folder, 10, 1);
        string before = File.ReadAllText(OlistFile.Orders.In(folder));
        Should.Throw<DataSetException>(() => SyntheticDataSet.Generate(folder, 10, 2)).Message.ShouldContain("is there already");
        File.ReadAllText(OlistFile.Orders.In(folder)).ShouldBe(before);
        SyntheticDataSet.Generate(folder, 10, 2, overwrite: true);
        File.ReadAllText(OlistFile.Orders.In(folder)).ShouldNotBe(before);
    }

    [Fact]
    public void A_generation_that_is_cancelled_leaves_nothing_behind()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Should.Throw<OperationCanceledException>(() => SyntheticDataSet.Generate(folder, 10, 1, cancellationToken: cancelled.Token));
        Directory.GetFiles(folder).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(SyntheticDataSet.MaxOrders + 1)]
    public void A_number_of_orders_out_of_range_is_refused(long orders) =>
        Should.Throw<ArgumentOutOfRangeException>(() => SyntheticDataSet.Generate(folder, orders, 1)).ParamName.ShouldBe("orders");
}

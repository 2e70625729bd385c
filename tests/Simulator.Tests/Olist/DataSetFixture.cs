using System.Text;
using Eip.Domain;
using Eip.Simulator.Olist;

namespace Eip.Simulator.Tests.Olist;

/// <summary>A small data set in a folder of its own that goes with the test.</summary>
internal sealed class DataSetFixture : IDisposable
{
    public const string OrdersHeader =
        "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,"
        + "order_delivered_customer_date,order_estimated_delivery_date";

    public const string ItemsHeader = "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value";
    public const string CustomersHeader = "customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state";
    public const string SellersHeader = "seller_id,seller_zip_code_prefix,seller_city,seller_state";

    private readonly Dictionary<string, StringBuilder> files = [];

    public DataSetFixture()
    {
        Folder = Directory.CreateTempSubdirectory("eip-olist-").FullName;
        Text(OlistFile.Orders, OrdersHeader + "\n");
        Text(OlistFile.Items, ItemsHeader + "\n");
        Text(OlistFile.Customers, CustomersHeader + "\n");
        Text(OlistFile.Sellers, SellersHeader + "\n");
        Seller("s-sp", "SP").Seller("s-rj", "RJ").Customer("c-mg", "MG").Customer("c-ba", "BA");
    }

    public string Folder { get; }

    public RejectList Rejects { get; } = new();

    public DataSetFixture Text(OlistFile file, string content)
    {
        files[file.Name] = new StringBuilder(content);
        return this;
    }

    public DataSetFixture Add(OlistFile file, string line)
    {
        files[file.Name].Append(line).Append('\n');
        return this;
    }

    public DataSetFixture Order(
        string id,
        string purchased,
        string approved = "",
        string carrier = "",
        string delivered = "",
        string estimated = "",
        string status = "delivered",
        string customer = "c-mg") =>
        Add(OlistFile.Orders, $"{id},{customer},{status},{purchased},{approved},{carrier},{delivered},{estimated}");

    public DataSetFixture Item(string order, string number = "1", string seller = "s-sp") =>
        Add(OlistFile.Items, $"{order},{number},p,{seller},2018-01-01 00:00:00,1.0,1.0");

    public DataSetFixture Customer(string id, string state) => Add(OlistFile.Customers, $"{id},u,1,city,{state}");

    public DataSetFixture Seller(string id, string state) => Add(OlistFile.Sellers, $"{id},1,city,{state}");

    public string PathOf(OlistFile file) => file.In(Folder);

    public DataSetFixture Write()
    {
        foreach (var (name, text) in files)
            File.WriteAllText(Path.Combine(Folder, name), text.ToString());
        return this;
    }

    public OlistHistory Read() => OlistReader.Read(Folder, Rejects);

    public FulfillmentEvent[] Events(EventTime? until = null) => [.. Write().Read().Batches(until).SelectMany(static batch => batch.ToArray())];

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

internal sealed class RejectList : IRejectSink
{
    private readonly Lock gate = new();

    public List<RejectedRow> Rows { get; } = [];

    public void Add(RejectedRow row)
    {
        lock (gate)
            Rows.Add(row);
    }
}

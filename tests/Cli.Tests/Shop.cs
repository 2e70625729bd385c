namespace Eip.Cli.Tests;

/// <summary>A folder with a tiny shop, and a home beside it; both go with the test.</summary>
internal sealed class Shop : IDisposable
{
    public const string Late = "00000000000000000000000000000001";
    private readonly string root = Directory.CreateTempSubdirectory("eip-cli-").FullName;

    public Shop()
    {
        Directory.CreateDirectory(Data);
        Write("olist_sellers_dataset.csv", "seller_id,seller_zip_code_prefix,seller_city,seller_state\ns1,1,sao paulo,SP\n");
        Write("olist_customers_dataset.csv", "customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state\nc1,u,1,rio,RJ\nc2,u,1,bh,MG\n");
        Write("olist_order_items_dataset.csv", $"order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value\n{Late},1,p,s1,2018-03-05 00:00:00,10.0,1.0\norder-2,1,p,s1,2018-03-05 00:00:00,10.0,1.0\n");
        Write("olist_orders_dataset.csv", OrdersHeader + $"""
            {Late},c1,delivered,2018-03-01 10:00:00,2018-03-01 12:00:00,2018-03-03 12:00:00,2018-03-22 10:00:00,2018-03-20 00:00:00
            order-2,c2,canceled,2018-03-02 10:00:00,2018-03-02 12:00:00,,,2018-03-21 00:00:00

            """.ReplaceLineEndings("\n"));
    }

    public string Data => Path.Combine(root, "data");

    public string Home => Path.Combine(root, "home");

    public static string OrdersHeader =>
        "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date\n";

    public Outcome Eip(params string[] arguments) => CommandLine.Run(Home, arguments);

    public void Append(string file, string text) => File.AppendAllText(Path.Combine(Data, file), text);

    public void Write(string file, string text) => File.WriteAllText(Path.Combine(Data, file), text);

    public void Remove(string file) => File.Delete(Path.Combine(Data, file));

    public void Dispose() => Directory.Delete(root, recursive: true);
}

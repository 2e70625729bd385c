namespace Eip.Simulator.Olist;

/// <summary>One of the required files of a data set and the headers that are read from it (fulfillment-v1 §2). Others may be there, in any order.</summary>
/// <param name="Name">Name of the file.</param>
/// <param name="Headers">The headers that are needed.</param>
public sealed record OlistFile(string Name, IReadOnlyList<string> Headers)
{
    /// <summary>One row per order.</summary>
    public static OlistFile Orders { get; } = new(
        "olist_orders_dataset.csv",
        [
            "order_id", "customer_id", "order_status", "order_purchase_timestamp", "order_approved_at", "order_delivered_carrier_date",
            "order_delivered_customer_date", "order_estimated_delivery_date",
        ]);

    /// <summary>One row per item of an order.</summary>
    public static OlistFile Items { get; } = new("olist_order_items_dataset.csv", ["order_id", "order_item_id", "seller_id"]);

    /// <summary>One row per customer of an order.</summary>
    public static OlistFile Customers { get; } = new("olist_customers_dataset.csv", ["customer_id", "customer_state"]);

    /// <summary>One row per seller.</summary>
    public static OlistFile Sellers { get; } = new("olist_sellers_dataset.csv", ["seller_id", "seller_state"]);

    /// <summary>All four.</summary>
    public static IReadOnlyList<OlistFile> Required { get; } = [Orders, Items, Customers, Sellers];

    /// <summary>Path of the file in a folder.</summary>
    public string In(string directory) => Path.Combine(directory, Name);

    /// <summary>Checks that all four files are there.</summary>
    /// <exception cref="DataSetException">The folder or a file is missing.</exception>
    public static void CheckAll(string directory)
    {
        if (!Directory.Exists(directory))
            throw new DataSetException($"The data folder '{directory}' does not exist.", directory);
        string[] missing = [.. Required.Where(file => !File.Exists(file.In(directory))).Select(static file => file.Name)];
        if (missing.Length > 0)
            throw new DataSetException($"The data folder '{directory}' lacks {string.Join(", ", missing)}.", Path.Combine(directory, missing[0]));
    }
}

/// <summary>How a file was read.</summary>
/// <param name="Name">Name of the file.</param>
/// <param name="Rows">Rows in it, without the header.</param>
/// <param name="Rejected">How many of them were set aside.</param>
public sealed record OlistFileCounts(string Name, long Rows, long Rejected);

/// <summary>How far reading has come, over all files.</summary>
/// <param name="BytesRead">Bytes read.</param>
/// <param name="TotalBytes">Bytes to read.</param>
public readonly record struct ReadProgress(long BytesRead, long TotalBytes);

using System.Text;
using Eip.Simulator.Olist;

namespace Eip.Simulator.Synthetic;

/// <summary>
/// Data sets of Olist's shape with its distributions and oddities, of any size. Orders come in order of purchase, from September 2016 to October 2018;
/// about 4.7 events follow from each. The bytes depend on the number of orders and on the seed alone, whatever the machine.
/// </summary>
public static class SyntheticDataSet
{
    /// <summary>The most orders that a data set may have.</summary>
    public const long MaxOrders = 500_000_000;

    private const string OrdersHeader =
        "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,"
        + "order_estimated_delivery_date\n";

    private const string ItemsHeader = "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value\n";
    private const string CustomersHeader = "customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state\n";
    private const string SellersHeader = "seller_id,seller_zip_code_prefix,seller_city,seller_state\n";

    /// <summary>Writes the four required files. Memory does not grow with the number of orders; all processors take part.</summary>
    /// <param name="directory">Where the files go; made when needed.</param>
    /// <param name="orders">How many orders, 1 to <see cref="MaxOrders"/>.</param>
    /// <param name="seed">Another seed gives other orders of the same kind.</param>
    /// <param name="progress">Told how many orders are written.</param>
    /// <param name="overwrite">Whether files of these names may be replaced.</param>
    /// <param name="cancellationToken">Ends the writing; files that were there before stay as they were.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="orders"/> is out of range.</exception>
    /// <exception cref="DataSetException">One of the files is there and must not be replaced.</exception>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public static SyntheticSummary Generate(
        string directory,
        long orders,
        ulong seed,
        IProgress<long>? progress = null,
        bool overwrite = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(orders, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(orders, MaxOrders);
        Directory.CreateDirectory(directory);
        if (!overwrite && OlistFile.Required.FirstOrDefault(file => File.Exists(file.In(directory))) is { } present)
            throw new DataSetException($"{present.In(directory)} is there already and is not replaced.", present.In(directory));

        var sellers = new SellerPool(orders);
        using var files = new NewFiles(directory);
        WriteSellers(files.Open(OlistFile.Sellers, SellersHeader), sellers, seed);
        long items = WriteOrders(files, orders, seed, sellers, progress, cancellationToken);
        return new SyntheticSummary(orders, items, sellers.Count, files.Commit());
    }

    private static long WriteOrders(
        NewFiles files, long orders, ulong seed, SellerPool sellers, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var orderFile = files.Open(OlistFile.Orders, OrdersHeader);
        var itemFile = files.Open(OlistFile.Items, ItemsHeader);
        var customerFile = files.Open(OlistFile.Customers, CustomersHeader);
        var calendar = new Calendar();
        OrderChunk[] chunks = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new OrderChunk(seed, orders, calendar, sellers))];
        long items = 0, done = 0;
        while (done < orders)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long first = done;
            int making = (int)Math.Min(chunks.Length, (orders - first + OrderChunk.Length - 1) / OrderChunk.Length);
            Parallel.For(0, making, chunk => chunks[chunk].Make(first + ((long)chunk * OrderChunk.Length)));
            foreach (var chunk in chunks.AsSpan(0, making))
            {
                orderFile.Write(chunk.OrderRows.Written);
                itemFile.Write(chunk.ItemRows.Written);
                customerFile.Write(chunk.CustomerRows.Written);
                done += chunk.Counts.Orders;
                items += chunk.Counts.Items;
            }

            progress?.Report(done);
        }

        return items;
    }

    private static void WriteSellers(FileStream file, SellerPool sellers, ulong seed)
    {
        var ids = new IdSeries(seed, 4);
        var rows = new RowBuffer();
        for (int seller = 0; seller < sellers.Count; seller++)
        {
            var random = new OrderRandom(~seed, seller);
            var state = States.All[sellers.StateOf(seller)];
            // Some write their address where the city belongs, so that there is something to quote.
            string city = random.Chance(60) ? $"\"{state.City}, {state.Code}, brasil\"" : state.City;
            rows.Row().Id(ids[seller]).Zip(state.Zip + random.Below(1000)).Text(city).Text(state.Code).End();
        }

        file.Write(rows.Written);
    }

    // Files under temporary names that take their own when all are whole.
    private sealed class NewFiles(string directory) : IDisposable
    {
        private const int BufferLength = 1 << 20;
        private readonly List<(FileStream Stream, string Path)> open = [];

        public FileStream Open(OlistFile file, string header)
        {
            string path = file.In(directory);
            var stream = new FileStream($"{path}.{Guid.NewGuid():N}.tmp", FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferLength);
            open.Add((stream, path));
            stream.Write(Encoding.ASCII.GetBytes(header));
            return stream;
        }

        public long Commit()
        {
            long bytes = 0;
            foreach (var (stream, _) in open)
            {
                stream.Flush();
                bytes += stream.Length;
                stream.Dispose();
            }

            foreach (var (stream, path) in open)
                File.Move(stream.Name, path, overwrite: true);
            return bytes;
        }

        public void Dispose()
        {
            foreach (var (stream, _) in open)
            {
                stream.Dispose();
                File.Delete(stream.Name);
            }
        }
    }
}

/// <summary>What was generated.</summary>
/// <param name="Orders">Orders, and customers of orders.</param>
/// <param name="Items">Items.</param>
/// <param name="Sellers">Sellers.</param>
/// <param name="Bytes">Length of all files.</param>
public sealed record SyntheticSummary(long Orders, long Items, int Sellers, long Bytes);

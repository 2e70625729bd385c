using System.Globalization;

namespace Eip.Api.Tests;

/// <summary>
/// The contract's figures from the rows of a data set, computed a second time: nothing here is of the product, not its times, its folds or its rounding.
/// </summary>
internal sealed class OlistFigures
{
    private static readonly string[] Ranks =
        ["ORDER_PLACED", "ORDER_APPROVED", "WAREHOUSE_ASSIGNED", "HANDED_TO_CARRIER", "DELIVERED", "DELIVERY_DELAYED", "ORDER_CANCELLED"];

    private readonly List<Fact> facts = [];

    /// <summary>Reads the four required files.</summary>
    public static OlistFigures Read(string directory)
    {
        var figures = new OlistFigures();
        var states = Rows(directory, "olist_customers_dataset.csv").ToDictionary(static row => row["customer_id"], static row => row["customer_state"], StringComparer.Ordinal);
        var sellers = Rows(directory, "olist_sellers_dataset.csv").ToDictionary(static row => row["seller_id"], static row => row["seller_state"], StringComparer.Ordinal);
        var first = new Dictionary<string, (int Item, string Seller)>(StringComparer.Ordinal);
        foreach (var row in Rows(directory, "olist_order_items_dataset.csv"))
        {
            int item = int.Parse(row["order_item_id"]);
            if (!first.TryGetValue(row["order_id"], out var known) || item < known.Item)
                first[row["order_id"]] = (item, row["seller_id"]);
        }

        var orders = Rows(directory, "olist_orders_dataset.csv").ToList();
        DateTime? At(Dictionary<string, string> row, string column) => row[column].Length == 0 ? null : DateTime.ParseExact(row[column], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        var horizon = orders.SelectMany(row => new[] { At(row, "order_purchase_timestamp"), At(row, "order_approved_at"), At(row, "order_delivered_carrier_date"), At(row, "order_delivered_customer_date") }).Max()!.Value;
        foreach (var row in orders)
        {
            string id = row["order_id"];
            string? seller = first.TryGetValue(id, out var item) ? sellers[item.Seller] : null;
            string customer = states[row["customer_id"]];
            var (placed, approved, handed) = (At(row, "order_purchase_timestamp")!.Value, At(row, "order_approved_at"), At(row, "order_delivered_carrier_date"));
            var (delivered, promised) = (At(row, "order_delivered_customer_date"), At(row, "order_estimated_delivery_date"));
            void Add(int rank, DateTime? at)
            {
                if (at is { } known)
                    figures.facts.Add(new Fact(known, id, rank, seller, customer, promised));
            }

            DateTime? cancelled = row["order_status"] is "canceled" or "unavailable" ? new[] { placed, approved, handed, delivered }.Max() : null;
            Add(0, placed);
            Add(1, approved);
            if (seller is not null && (approved ?? handed) is not null)
                Add(2, approved ?? placed);
            Add(3, handed);
            Add(4, delivered);
            DateTime? deadline = promised?.TimeOfDay == TimeSpan.Zero ? promised.Value.AddDays(1).AddSeconds(-1) : promised;
            if (deadline is { } due && due <= horizon && !(delivered <= due) && !(cancelled <= due))
                Add(5, due);
            Add(6, cancelled);
        }

        figures.facts.Sort(static (left, right) => (left.At, left.Rank) == (right.At, right.Rank) && left.Order == right.Order ? 0
            : left.At != right.At ? left.At.CompareTo(right.At) : string.CompareOrdinal(left.Order, right.Order) is var byOrder and not 0 ? byOrder : left.Rank.CompareTo(right.Rank));
        return figures;
    }

    /// <summary>How many events there are.</summary>
    public int Count => facts.Count;

    /// <summary>Every order as it stands after the first events, as many as are told.</summary>
    public List<Figure> Orders(int count) => [.. facts.Take(count).GroupBy(static fact => fact.Order, StringComparer.Ordinal).Select(static group => new Figure(group.Key, [.. group]))];

    /// <summary>The greatest event time among the first events.</summary>
    public string Watermark(int count) => Text(facts[count - 1].At)!;

    /// <summary>A moment as the contract writes it.</summary>
    public static string? Text(DateTime? at) => at?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static IEnumerable<Dictionary<string, string>> Rows(string directory, string file)
    {
        string[] lines = File.ReadAllLines(Path.Combine(directory, file));
        string[] names = [.. lines[0].Split(',').Select(static name => name.Trim('"', '\uFEFF'))];
        foreach (string line in lines.Skip(1))
            yield return names.Zip(Split(line)).ToDictionary(static pair => pair.First, static pair => pair.Second, StringComparer.Ordinal);
    }

    private static List<string> Split(string line)
    {
        var fields = new List<string>();
        bool quoted = false;
        string field = "";
        foreach (char letter in line)
        {
            if (letter == '"')
            {
                quoted = !quoted;
            }
            else if (letter == ',' && !quoted)
            {
                fields.Add(field);
                field = "";
            }
            else
            {
                field += letter;
            }
        }

        fields.Add(field);
        return fields;
    }

    internal sealed record Fact(DateTime At, string Order, int Rank, string? Seller, string Customer, DateTime? Promised);

    /// <summary>One order.</summary>
    internal sealed class Figure
    {
        private readonly Dictionary<int, DateTime> first;

        public Figure(string id, List<Fact> known)
        {
            Id = id;
            EventCount = known.Count;
            first = known.GroupBy(static fact => fact.Rank).ToDictionary(static group => group.Key, static group => group.Min(static fact => fact.At));
            Seller = known[0].Seller;
            Customer = known[0].Customer;
            Promised = Text(known[0].Promised);
            Variant = string.Join('>', known.Select(static fact => Ranks[fact.Rank]));
        }

        public string Id { get; }

        public int EventCount { get; }

        public string? Seller { get; }

        public string Customer { get; }

        public string? Promised { get; }

        public string Variant { get; }

        public bool IsLate => first.ContainsKey(5);

        public DateTime? Delivered => first.TryGetValue(4, out var at) ? at : null;

        public string Status => first.ContainsKey(6) ? "CANCELLED" : first.ContainsKey(4) ? "DELIVERED" : IsLate ? "DELAYED" : first.ContainsKey(3) ? "HANDED_OFF"
            : first.ContainsKey(2) ? "ASSIGNED" : first.ContainsKey(1) ? "APPROVED" : "PLACED";

        public DateTime? Time(int rank) => first.TryGetValue(rank, out var at) ? at : null;

        public string? At(int rank) => first.TryGetValue(rank, out var at) ? Text(at) : null;

        public long? Seconds(int from, int to) => first.TryGetValue(from, out var start) && first.TryGetValue(to, out var end) && end >= start ? (long)(end - start).TotalSeconds : null;
    }
}

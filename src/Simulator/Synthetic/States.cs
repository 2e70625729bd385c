namespace Eip.Simulator.Synthetic;

/// <summary>Where customers and sellers are.</summary>
/// <param name="Code">The state.</param>
/// <param name="Zone">The part of the country that it lies in.</param>
/// <param name="City">Its greatest city, as the CSVs write it.</param>
/// <param name="Zip">The lowest of its five-digit postal prefixes.</param>
/// <param name="Customers">Weight by orders of customers who live there.</param>
/// <param name="Sold">Weight by orders of sellers there.</param>
/// <param name="Sellers">Weight by sellers there.</param>
internal sealed record State(string Code, Zone Zone, string City, int Zip, int Customers, int Sold, int Sellers);

/// <summary>Parts of the country.</summary>
internal enum Zone
{
    North,
    Northeast,
    Centre,
    Southeast,
    South,
}

/// <summary>The states, and how far apart they are. The weights are counts over some 5,600 of Olist's orders and 1,600 of its sellers.</summary>
internal static class States
{
    /// <summary>How many classes of distance there are.</summary>
    public const int Distances = 5;

    /// <summary>All states.</summary>
    public static readonly State[] All =
    [
        new("SP", Zone.Southeast, "sao paulo", 01000, 2408, 3632, 985),
        new("RJ", Zone.Southeast, "rio de janeiro", 20000, 775, 238, 90),
        new("MG", Zone.Southeast, "belo horizonte", 30000, 622, 416, 149),
        new("RS", Zone.South, "porto alegre", 90000, 302, 82, 45),
        new("PR", Zone.South, "curitiba", 80000, 274, 419, 181),
        new("BA", Zone.Northeast, "salvador", 40000, 219, 35, 9),
        new("SC", Zone.South, "florianopolis", 88000, 181, 162, 84),
        new("GO", Zone.Centre, "goiania", 74000, 118, 21, 18),
        new("DF", Zone.Centre, "brasilia", 70000, 109, 33, 18),
        new("PE", Zone.Northeast, "recife", 50000, 90, 18, 4),
        new("CE", Zone.Northeast, "fortaleza", 60000, 87, 5, 5),
        new("ES", Zone.Southeast, "vitoria", 29000, 86, 14, 9),
        new("PA", Zone.North, "belem", 66000, 52, 0, 0),
        new("MT", Zone.Centre, "cuiaba", 78000, 50, 5, 4),
        new("MA", Zone.Northeast, "sao luis", 65000, 38, 11, 1),
        new("PB", Zone.Northeast, "joao pessoa", 58000, 35, 3, 2),
        new("PI", Zone.Northeast, "teresina", 64000, 31, 1, 1),
        new("MS", Zone.Centre, "campo grande", 79000, 31, 1, 2),
        new("AL", Zone.Northeast, "maceio", 57000, 30, 0, 0),
        new("SE", Zone.Northeast, "aracaju", 49000, 25, 0, 0),
        new("TO", Zone.North, "palmas", 77000, 19, 0, 0),
        new("RO", Zone.North, "porto velho", 76800, 18, 0, 0),
        new("RN", Zone.Northeast, "natal", 59000, 16, 2, 2),
        new("RR", Zone.North, "boa vista", 69300, 6, 0, 0),
        new("AM", Zone.North, "manaus", 69000, 5, 0, 0),
        new("AP", Zone.North, "macapa", 68900, 5, 0, 0),
        new("AC", Zone.North, "rio branco", 69900, 3, 1, 1),
    ];

    /// <summary>Chooses a customer's state.</summary>
    public static readonly Weighted OfCustomers = new(All.Select(static state => state.Customers));

    /// <summary>Chooses a seller's state.</summary>
    public static readonly Weighted OfSellers = new(All.Select(static state => state.Sold));

    /// <summary>
    /// The class of distance between two states by index: 0 within a state, 1 within a zone, 2 between neighbouring zones, 3 to or from the
    /// northeast, 4 to or from the north.
    /// </summary>
    public static int Distance(int seller, int customer)
    {
        Zone from = All[seller].Zone, to = All[customer].Zone;
        return seller == customer ? 0
            : from == to ? 1
            : from == Zone.North || to == Zone.North ? 4
            : from == Zone.Northeast || to == Zone.Northeast ? 3
            : 2;
    }
}

namespace Eip.Simulator.Synthetic;

/// <summary>The sellers: more of them the more orders there are, up to Olist's number, few of whom sell most.</summary>
internal sealed class SellerPool
{
    private const int MostSellers = 3_095;

    // Places by orders, from the busiest seller on, and the share of sellers that they belong to, in 10,000: an eighth of all orders goes to a hundredth.
    private static readonly Quantiles Busiest = new(
        [0, 22, 80, 130, 201, 327, 446, 584, 740, 891, 1000], [0, 7, 37, 74, 147, 368, 736, 1473, 2946, 5891, 10_000]);

    private readonly int[] firstOfState = new int[States.All.Length + 1];

    /// <summary>The sellers of a data set with so many orders.</summary>
    public SellerPool(long orders)
    {
        int wanted = (int)Math.Min(MostSellers, (orders * 2 / 7) + 1);
        int weight = States.All.Sum(static state => state.Sellers);
        for (int state = 0; state < States.All.Length; state++)
        {
            int sellers = States.All[state].Sold == 0 ? 0 : Math.Max(1, ((States.All[state].Sellers * wanted) + (weight / 2)) / weight);
            firstOfState[state + 1] = firstOfState[state] + sellers;
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => firstOfState[^1];

    /// <summary>The state of a seller, as an index.</summary>
    public int StateOf(int seller)
    {
        int state = 0;
        while (firstOfState[state + 1] <= seller)
            state++;
        return state;
    }

    /// <summary>Whether anybody sells from a state.</summary>
    public bool SellsFrom(int state) => firstOfState[state] != firstOfState[state + 1];

    /// <summary>Chooses a seller in a state.</summary>
    public int Next(int state, ref OrderRandom random)
    {
        int sellers = firstOfState[state + 1] - firstOfState[state];
        int place = (int)(Busiest.At(random.Place()) * sellers / 10_000);
        return firstOfState[state] + Math.Min(place, sellers - 1);
    }
}

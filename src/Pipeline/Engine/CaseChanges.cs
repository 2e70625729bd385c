using Eip.Domain;

namespace Eip.Pipeline.Engine;

/// <summary>The cases that a batch changed, each once, with their cards from before it where those are wanted.</summary>
internal sealed class CaseChanges
{
    private readonly Dictionary<FulfillmentCase, int> places = new(ReferenceEqualityComparer.Instance);
    private readonly List<FulfillmentCase> cases = [];
    private readonly List<CaseCard?> before = [];

    /// <summary>Whether cards from before the batch are kept.</summary>
    public bool WithCards { get; set; }

    public IReadOnlyList<FulfillmentCase> Cases => cases;

    /// <summary>The card from before the batch; null for a new order.</summary>
    public CaseCard? Before(int index) => before[index];

    public bool Contains(FulfillmentCase @case) => places.ContainsKey(@case);

    public void Add(FulfillmentCase @case, CaseCard? card)
    {
        places.Add(@case, cases.Count);
        cases.Add(@case);
        before.Add(card);
    }

    public void Clear()
    {
        places.Clear();
        cases.Clear();
        before.Clear();
    }
}

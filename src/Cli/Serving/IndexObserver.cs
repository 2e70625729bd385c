using Eip.Domain;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Search;

namespace Eip.Cli.Serving;

/// <summary>Keeps the search index in step with the folds.</summary>
internal sealed class IndexObserver(CaseIndex index) : ICaseObserver
{
    public void Changed(int partition, IReadOnlyList<FulfillmentCase> cases) => index.Changed(partition, cases);
}

using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Pipeline.Search;
using Eip.Testing;

namespace Eip.Pipeline.Tests.Search;

public sealed class CaseIndexContractTests : CaseSearchContract
{
    protected override int Stories => 300;

    protected override Task<ISearchUnderTest> StartAsync() => Task.FromResult<ISearchUnderTest>(new IndexUnderTest());

    private sealed class IndexUnderTest : ISearchUnderTest
    {
        private readonly CaseIndex index = new();

        public ICaseSearch Search => index;

        public Task ApplyAsync(IReadOnlyList<FulfillmentCase> cases)
        {
            index.Changed(0, cases);
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            index.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

using System.Buffers;
using System.Text;
using Eip.Domain;
using Eip.Simulator.Olist;

namespace Eip.Simulator.Tests.Olist;

public sealed class ContractVectorTests
{
    [Fact]
    public void The_contracts_orders_give_exactly_its_events()
    {
        string? vectors = Find();
        Assert.SkipWhen(vectors is null, "The contract's vectors are not beside this repository.");
        var rejects = new RejectList();
        var history = OlistReader.Read(Path.Combine(vectors, "data"), rejects);
        var output = new ArrayBufferWriter<byte>();
        CanonicalCsv.WriteHeader(output, CanonicalCsv.EventHeader);
        foreach (var batch in history.Batches())
        {
            foreach (ref readonly var e in batch.Span)
                CanonicalCsv.Write(output, e);
        }

        Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe(File.ReadAllText(Path.Combine(vectors, "expected", "events.csv")));
        rejects.Rows.ShouldBeEmpty();
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "contract", "vectors");
            if (Directory.Exists(candidate))
                return candidate;
        }

        return null;
    }
}

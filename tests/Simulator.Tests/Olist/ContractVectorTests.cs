using Eip.Domain;
using Eip.Simulator.Olist;
using Eip.Tests;

namespace Eip.Simulator.Tests.Olist;

public sealed class ContractVectorTests
{
    [Fact]
    public void The_vectors_orders_give_exactly_their_events_and_rejects()
    {
        var rejects = Check(ContractVectors.Own);
        string.Join('\n', rejects.Select(static row => $"{row.File},{row.Line},{row.Field}").Prepend("file,line,field").Append(""))
            .ShouldBe(ContractVectors.Expected(ContractVectors.Own, "rejects.csv"));
    }

    [Fact]
    public void The_orders_of_the_vectors_beside_this_repository_give_exactly_their_events()
    {
        Assert.SkipWhen(ContractVectors.Beside is null, "NOT RUN: no further vectors lie beside this repository.");
        Check(ContractVectors.Beside).ShouldBeEmpty();
    }

    private static List<RejectedRow> Check(string folder)
    {
        var rejects = new RejectList();
        var history = OlistReader.Read(Path.Combine(folder, "data"), rejects);
        ContractVectors.Text(CanonicalCsv.EventHeader, output =>
        {
            foreach (var batch in history.Batches())
            {
                foreach (ref readonly var e in batch.Span)
                    CanonicalCsv.Write(output, e);
            }
        }).ShouldBe(ContractVectors.Expected(folder, "events.csv"));
        return rejects.Rows;
    }
}

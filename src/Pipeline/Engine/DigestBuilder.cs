using Eip.Domain;

namespace Eip.Pipeline.Engine;

/// <summary>Computes the digest over all projections with several cores: rows are written in parallel and hashed in order.</summary>
internal static class DigestBuilder
{
    private const int PortionLength = 1_024;
    private const int PortionsPerThread = 4;

    /// <summary>The digest over cases in ascending order of order id, which nobody changes meanwhile, and rows in key order.</summary>
    public static SectionDigests Build(
        (Projector Projector, FulfillmentCase Case)[] cases, IReadOnlyList<RouteStats> routeStats, ParallelOptions parallelism)
    {
        using var digest = new ProjectionDigest();
        int width = parallelism.MaxDegreeOfParallelism * PortionsPerThread;
        CaseRows[] filling = Portions(width), hashed = Portions(width);
        var hashing = Task.CompletedTask;
        try
        {
            for (int start = 0; start < cases.Length; start += width * PortionLength)
            {
                int from = start;
                var target = filling;
                Cores.For(width, parallelism, i => Fill(target[i], cases, from + (i * PortionLength)));
                hashing.GetAwaiter().GetResult();
                hashing = Task.Run(() => Hash(digest, target));
                (filling, hashed) = (hashed, filling);
            }
        }
        finally
        {
            hashing.GetAwaiter().GetResult();
        }

        foreach (var row in routeStats)
            digest.Add(row);
        return digest.FinishSections();
    }

    private static CaseRows[] Portions(int count) => [.. Enumerable.Range(0, count).Select(static _ => new CaseRows())];

    private static void Fill(CaseRows portion, (Projector Projector, FulfillmentCase Case)[] cases, int first)
    {
        portion.Clear();
        for (int at = first; at < Math.Min(first + PortionLength, cases.Length); at++)
            portion.Add(cases[at].Case);
    }

    private static void Hash(ProjectionDigest digest, CaseRows[] portions)
    {
        foreach (var portion in portions)
            digest.Add(portion);
    }
}

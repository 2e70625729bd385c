using System.Diagnostics;

namespace Eip.Cluster.Bench;

/// <summary>What an outage of Elasticsearch costs: the time to catch up with a history that piled up meanwhile, beside that of its backfill.</summary>
internal sealed class Outage(History history, string kafka, string postgres, Uri elasticsearch, string redis)
{
    private const int Warm = 20_000;

    /// <summary>A silo finds the history on the topic and Elasticsearch up; from the first batch to the last.</summary>
    public async Task<TimeSpan> BackfillAsync()
    {
        await using var forwarder = new Forwarder(elasticsearch);
        forwarder.Open();
        await using var trial = await Trial.PrepareAsync(history, kafka, postgres, (forwarder.Address.ToString(), redis));
        var took = await trial.RunAsync();
        await DemandExactAsync(trial);
        return took.Work;
    }

    /// <summary>Elasticsearch goes away from a silo at work, the history is appended, and Elasticsearch comes back; from then to the last batch.</summary>
    public async Task<TimeSpan> CatchUpAsync()
    {
        await using var forwarder = new Forwarder(elasticsearch);
        forwarder.Open();
        await using var trial = await Trial.EmptyAsync(history, kafka, postgres, (forwarder.Address.ToString(), redis));
        await trial.StartAsync();
        await trial.AppendAsync(history.Events.AsMemory(0, Warm));
        await trial.FoldedAsync(Warm);
        await forwarder.CutAsync();
        foreach (var batch in history.Events.Skip(Warm).Chunk(20_000))
            await trial.AppendAsync(batch);
        forwarder.Open();
        long back = Stopwatch.GetTimestamp();
        await trial.FoldedAsync(history.Events.Length);
        var took = Stopwatch.GetElapsedTime(back);
        await DemandExactAsync(trial);
        return took;
    }

    private static async Task DemandExactAsync(Trial trial)
    {
        if (!await trial.IsExactAsync())
            throw new InvalidOperationException("What is stored is not what the folds give.");
    }
}

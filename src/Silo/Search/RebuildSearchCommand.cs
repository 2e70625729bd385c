using System.Diagnostics;
using System.Runtime.InteropServices;
using Eip.Pipeline.Ports;
using Eip.Silo.Hosting;
using Eip.Storage.Elasticsearch;
using Eip.Storage.Elasticsearch.Rebuild;
using Eip.Streams.Kafka.Options;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Eip.Silo.Search;

/// <summary>
/// <c>rebuild-search</c>: the search indices anew from the log, beside the old ones, which serve until the aliases swap. Interrupted, it goes on where it was
/// when it is run again.
/// </summary>
internal static class RebuildSearchCommand
{
    private const int Interrupted = 130;

    /// <summary>Rebuilds; 0 when the new indices serve, 2 when it could not be done, 130 when it was interrupted.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        using var stop = new CancellationTokenSource();
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            var settings = SiloSettings.Read(new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build());
            await using var services = SearchServices.Of(settings);
            var watch = Stopwatch.StartNew();
            var progress = new ConsoleProgress(watch);
            var store = services.GetRequiredService<ElasticsearchStore>();
            var reader = services.GetRequiredService<KafkaLogReader>();
            var feed = new FoldedCaseFeed(reader.Partitions.Count, reader.ReadAsync);
            var result = await store.Rebuild(feed).RunAsync(progress, stop.Token);
            progress.End();
            Console.WriteLine(
                $"{result.Cases:n0} cases in {watch.Elapsed.TotalSeconds:n1} s{(result.WasResumed ? ", those of the run before included" : "")}: "
                + $"{settings.Elasticsearch!.ShipmentsAlias} stands for {result.ShipmentsIndex}, {settings.Elasticsearch.EventsAlias} for {result.EventsIndex}");
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("\ninterrupted; the old indices serve on, and the same command goes on from here");
            return Interrupted;
        }
        catch (Exception exception) when (exception is InvalidOperationException or StoreUnavailableException or ElasticsearchRefusedException or Confluent.Kafka.KafkaException)
        {
            await Console.Error.WriteLineAsync($"error: {exception.Message}");
            return 2;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    // One line that grows on a terminal; a line a second elsewhere.
    private sealed class ConsoleProgress(Stopwatch watch) : IProgress<RebuildProgress>
    {
        private TimeSpan last = TimeSpan.MinValue;

        public void Report(RebuildProgress value)
        {
            if (last != TimeSpan.MinValue && watch.Elapsed - last < TimeSpan.FromSeconds(1))
                return;
            last = watch.Elapsed;
            string line = $"{value.Phase} {value.Index}: {value.Cases:n0} cases";
            if (Console.IsErrorRedirected)
                Console.Error.WriteLine(line);
            else
                Console.Error.Write($"\r{line}");
        }

        public void End()
        {
            if (!Console.IsErrorRedirected)
                Console.Error.WriteLine();
        }
    }
}

/// <summary>What the commands over a cluster's search store need, without a silo.</summary>
internal static class SearchServices
{
    /// <exception cref="InvalidOperationException">A server that is needed is not named.</exception>
    public static ServiceProvider Of(SiloSettings settings)
    {
        if (settings.Elasticsearch is null)
            throw new InvalidOperationException("EIP_ELASTICSEARCH is missing; it names the search store, such as http://localhost:9200.");
        if (settings.Kafka is null)
            throw new InvalidOperationException("EIP_KAFKA is missing; it names the brokers of the log. A silo with its log in files fills its indices by itself when it starts.");
        var services = new ServiceCollection();
        services.AddLogging().AddMetrics().AddSingleton(TimeProvider.System).AddSingleton(settings);
        services.AddLogAdapters(settings);
        services.AddSearchAdapters(settings);
        services.AddSingleton(_ =>
        {
            var options = new KafkaLogOptions();
            settings.Configure(options);
            return new KafkaLogReader(options);
        });
        return services.BuildServiceProvider();
    }
}

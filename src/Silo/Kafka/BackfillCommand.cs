using Eip.Domain;
using Eip.Pipeline;
using Eip.Pipeline.Ports;
using Eip.Silo.Hosting;
using Eip.Simulator.Olist;
using Eip.Simulator.Replay;
using Eip.Streams.Kafka.Log;
using Eip.Streams.Kafka.Options;
using Microsoft.Extensions.Configuration;

namespace Eip.Silo.Kafka;

/// <summary><c>backfill --data DIR [--from T] [--to T]</c>: a data set to Kafka's topics, without a way through the ingest endpoint.</summary>
internal static class BackfillCommand
{
    /// <summary>Writes the data set; 0 when it is on the topics, 2 when it could not be written.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
        try
        {
            string data = configuration["data"] is { Length: > 0 } given ? given : throw new InvalidOperationException("--data is missing; it names the folder of the data set.");
            var settings = SiloSettings.Read(configuration);
            if (settings.Kafka is null)
                throw new InvalidOperationException("EIP_KAFKA is missing; it names the brokers, such as localhost:9092.");
            var options = new KafkaLogOptions();
            settings.Configure(options);
            using var log = new KafkaEventLog(options);
            await log.PrepareAsync();
            await using var sink = new KafkaSink(log, options);
            string home = Directory.CreateTempSubdirectory("eip-backfill-").FullName;
            try
            {
                using var rejects = new JsonLinesRejectSink(new Home(home).Rejects);
                using var history = DataSetHistory.Open(data, home, rejects);
                var plan = new ReplayPlan { Mode = ReplayMode.Backfill, From = Time(configuration, "from"), To = Time(configuration, "to") };
                await new ReplayDriver(plan, history, sink, null, TimeProvider.System).RunAsync();
                Console.WriteLine($"{sink.Taken.Appended:n0} events are on {string.Join(", ", options.EventTopics)}; {history.RejectCount:n0} rows could not be read");
            }
            finally
            {
                Directory.Delete(home, recursive: true);
            }

            return 0;
        }
        catch (Exception exception) when (exception is InvalidOperationException or DataSetException or ReplayRejectedException or Eip.Pipeline.Ports.StoreUnavailableException or Confluent.Kafka.KafkaException)
        {
            await Console.Error.WriteLineAsync($"error: {exception.Message}");
            return 2;
        }
    }

    private static EventTime? Time(IConfiguration configuration, string name)
    {
        if (configuration[name] is not { } text)
            return null;
        return EventTime.TryParse(text, out var time) ? time : throw new InvalidOperationException($"--{name} is '{text}'; a time such as 2018-08-01T00:00:00Z is needed.");
    }
}

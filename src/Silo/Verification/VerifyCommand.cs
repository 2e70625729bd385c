using Eip.Pipeline;
using Eip.Silo.Hosting;
using Eip.Simulator.Olist;
using Eip.Simulator.Replay;
using Microsoft.Extensions.Configuration;

namespace Eip.Silo.Verification;

/// <summary>
/// <c>verify</c>: what the stores of the standing cluster hold, against its log. <c>verify --data DIR [--silos N]</c>: the cluster's proof, on clusters of its
/// own. Both on the servers that the environment names.
/// </summary>
internal static class VerifyCommand
{
    private const int Differs = 6;

    /// <summary>Runs the proof; 0 when it holds, 6 when it does not, 2 when what it needs is not named, 1 when it could not be run.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
        string Need(string name, string what) => configuration[name] is { Length: > 0 } value ? value : throw new InvalidOperationException($"{name} is missing: {what}.");
        try
        {
            if (configuration["data"] is null)
            {
                var settings = SiloSettings.Read(configuration);
                if (settings.Kafka is null)
                    throw new InvalidOperationException("EIP_KAFKA is missing; it names the brokers of the log.");
                bool holds = await new StandingVerification(settings, StoreFailures.Patience(configuration, 30), Console.Out).RunAsync();
                Console.WriteLine(holds ? "Everything agrees with the log." : "Something differs from the log.");
                return holds ? 0 : Differs;
            }

            string data = Need("data", "--data names the folder of the data set");
            var verification = new ClusterVerification(
                Need("EIP_KAFKA", "the brokers, such as localhost:9092"),
                Need("EIP_POSTGRES", "the connection string of PostgreSQL"),
                configuration["EIP_ELASTICSEARCH"] is { Length: > 0 } elasticsearch ? elasticsearch : null,
                int.TryParse(configuration["silos"], out int silos) ? silos : 2,
                Console.Out);
            string home = Directory.CreateTempSubdirectory("eip-verify-history-").FullName;
            try
            {
                using var rejects = new JsonLinesRejectSink(new Home(home).Rejects);
                using var history = DataSetHistory.Open(data, home, rejects);
                return await verification.RunAsync(history) ? 0 : Differs;
            }
            finally
            {
                Directory.Delete(home, recursive: true);
            }
        }
        catch (Exception exception) when ((exception is DataSetException ? exception.Message : StoreFailures.Tell(exception)) is { } told)
        {
            await Console.Error.WriteLineAsync($"error: {told}");
            return exception is InvalidOperationException ? 2 : 1;
        }
    }
}

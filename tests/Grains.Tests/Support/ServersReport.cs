using Eip.Grains.Tests.Support;

[assembly: AssemblyFixture(typeof(ServersReport))]

namespace Eip.Grains.Tests.Support;

/// <summary>Says once what the suite had to run on, and what it therefore does not run.</summary>
public sealed class ServersReport
{
    public ServersReport()
    {
        Tell("EIP_KAFKA", Servers.Kafka, "nothing with a stream is run");
        Tell("EIP_POSTGRES", Servers.Postgres?.Split("Password", 2)[0], "nothing with durable state is run, and no cluster of silos as they ship");
        Tell("EIP_ELASTICSEARCH", Environment.GetEnvironmentVariable("EIP_ELASTICSEARCH"), "no search of a cluster is run");
        Tell("EIP_REDIS", Environment.GetEnvironmentVariable("EIP_REDIS"), "no shared cache is run");
    }

    private static void Tell(string variable, string? value, string otherwise) =>
        TestContext.Current.SendDiagnosticMessage(value is null ? $"{variable} is not set: {otherwise}." : $"{variable} is {value}");
}

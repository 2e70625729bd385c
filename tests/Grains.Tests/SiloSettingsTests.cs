using Eip.Silo.Hosting;
using Eip.Streams.Kafka.Options;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Eip.Grains.Tests;

public sealed class SiloSettingsTests
{
    [Fact]
    public void Further_properties_reach_every_Kafka_client()
    {
        var configuration = new ConfigurationBuilder()
            .AddCommandLine(["--EIP_KAFKA", "broker:9093", "--Eip:Kafka:Client:security.protocol", "ssl", "--Eip:Kafka:Client:ssl.ca.location", "ca.pem"]);
        var options = new KafkaLogOptions();

        SiloSettings.Read(configuration.Build()).Configure(options);

        var client = options.Client(new Confluent.Kafka.AdminClientConfig());
        client.BootstrapServers.ShouldBe("broker:9093");
        client.SecurityProtocol.ShouldBe(Confluent.Kafka.SecurityProtocol.Ssl);
        client.SslCaLocation.ShouldBe("ca.pem");
    }

    [Theory]
    [InlineData("Host=db", 8, 50)]
    [InlineData("Host=db;Maximum Pool Size=40;Max Auto Prepare=0", 40, 0)]
    [InlineData("Host=db;MaxPoolSize=100;MaxAutoPrepare=7", 100, 7)]
    public void A_pool_is_small_and_prepares_unless_it_is_told_otherwise_and_resets_nothing(string given, int size, int prepared)
    {
        var settings = SiloSettings.Read(new ConfigurationBuilder().AddCommandLine(["--EIP_POSTGRES", given]).Build());

        var parts = new NpgsqlConnectionStringBuilder(settings.Postgres);
        parts.MaxPoolSize.ShouldBe(size);
        parts.MaxAutoPrepare.ShouldBe(prepared);
        parts.NoResetOnClose.ShouldBeTrue();
    }

    [Fact]
    public void A_setting_that_cannot_be_read_is_named()
    {
        var configuration = new ConfigurationBuilder().AddCommandLine(["--Eip:Partitions", "many"]).Build();

        Should.Throw<InvalidOperationException>(() => SiloSettings.Read(configuration)).Message.ShouldBe("Eip:Partitions is 'many'; a whole number above 0 is needed.");
    }
}

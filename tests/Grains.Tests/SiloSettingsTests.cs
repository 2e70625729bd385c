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

    [Theory]
    [InlineData("--Eip:Silo:Prot=12", "Eip:Silo:Prot is no setting. There are Eip:Silo:Address, Eip:Silo:Port")]
    [InlineData("--Eip:Port=12", "Eip:Port is no setting. Is Eip:Silo:Port meant?")]
    [InlineData("--Eip:Elasticsearch:Shard=2", "Eip:Elasticsearch:Shard is no setting. There are Eip:Elasticsearch:Servers")]
    [InlineData("--EIP_POSTGRE=Host=db", "EIP_POSTGRE is no setting")]
    [InlineData("--EIP_KAFKA=a:1 --Eip:Kafka:Servers=b:1", "EIP_KAFKA and Eip:Kafka:Servers say different things")]
    [InlineData("--Eip:Silo:Address=db-1", "Eip:Silo:Address is 'db-1'; an IP address is needed.")]
    [InlineData("--Eip:Silo:Tls:Authority=ca.pem", "Eip:Silo:Tls:Certificate is missing")]
    [InlineData("--Eip:Silo:Tls:Certificate=none.pem --Eip:Silo:Tls:Authority=ca.pem", "Eip:Silo:Tls:Certificate: 'none.pem' cannot be read")]
    public void A_setting_that_nobody_reads_or_that_contradicts_another_is_named(string args, string message)
    {
        var configuration = new ConfigurationBuilder().AddCommandLine(args.Split(' ')).Build();

        Should.Throw<InvalidOperationException>(() => SiloSettings.Read(configuration)).Message.ShouldContain(message);
    }

    [Fact]
    public void Every_setting_that_is_documented_is_one()
    {
        string[] args =
        [
            "--Eip:Kafka:Client:sasl.username=x", "--Eip:ApiKeys:0:RequestsPerSecond=1", "--Eip:Elasticsearch:Username=x", "--Eip:Redis:KeyPrefix=x:", "--Eip:Api:MaxEvents=5",
            "--EIP_TEST_LOG=1", "--EIP_HOME=x", "--Eip:Lanes:IdleSeconds=3",
        ];

        SiloSettings.Read(new ConfigurationBuilder().AddCommandLine(args).Build()).LaneIdle.ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData("--foo", "'--foo' is no option of a silo")]
    [InlineData("start", "'start' is no option of a silo")]
    [InlineData("--urls", "--urls needs a value")]
    [InlineData("--urls --Eip:Silo:Port=1", "--urls needs a value")]
    public void An_option_that_a_silo_does_not_know_is_refused(string args, string message) =>
        Should.Throw<InvalidOperationException>(() => SiloOptions.Check(args.Split(' '))).Message.ShouldContain(message);

    [Fact]
    public void A_silo_that_others_reach_without_certificates_is_not_built_and_says_what_to_set()
    {
        string message = Should.Throw<InvalidOperationException>(() => SiloHost.Build(["--Eip:Silo:Address", "0.0.0.0"])).Message;

        message.ShouldContain("Eip:Silo:Address is 0.0.0.0");
        message.ShouldContain("Eip:Silo:Tls:Certificate");
    }
}

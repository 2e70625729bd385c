using Eip.Silo.Hosting;
using Eip.Streams.Kafka.Options;

namespace Eip.Silo.Kafka;

/// <summary>Where a cluster's log lives, for the commands that read it without a silo.</summary>
internal static class KafkaSettings
{
    /// <summary>The settings of the log.</summary>
    public static KafkaLogOptions LogOptions(this SiloSettings settings)
    {
        var options = new KafkaLogOptions();
        settings.Configure(options);
        return options;
    }
}

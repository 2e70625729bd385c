using Eip.Silo.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Eip.Silo.Search;

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
        return services.BuildServiceProvider();
    }
}

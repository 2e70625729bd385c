using Eip.Storage.Elasticsearch;
using Eip.Storage.Redis;
using Microsoft.Extensions.Configuration;

namespace Eip.Silo.Hosting;

/// <summary>Reads the settings of the stores that a silo may use beside its state: servers from the environment, everything else from their section.</summary>
internal static class StoreSettings
{
    /// <summary>Elasticsearch's settings; null without servers.</summary>
    /// <exception cref="InvalidOperationException">A setting cannot be read or cannot work; the message names it.</exception>
    public static ElasticsearchOptions? Elasticsearch(string? servers, IConfigurationSection section)
    {
        if (servers is null)
            return null;
        var options = Bind<ElasticsearchOptions>(section);
        options.Nodes = [.. servers.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Node)];
        return Checked("EIP_ELASTICSEARCH", options, ElasticsearchOptionsValidator.Problems(options));
    }

    /// <summary>Redis' settings; null without servers. Keys begin with what tells clusters apart, so that several share a server.</summary>
    /// <exception cref="InvalidOperationException">A setting cannot be read or cannot work; the message names it.</exception>
    public static RedisCacheOptions? Redis(string? servers, IConfigurationSection section, string place)
    {
        if (servers is null)
            return null;
        var options = Bind<RedisCacheOptions>(section);
        options.Configuration = servers;
        if (section[nameof(options.KeyPrefix)] is null)
            options.KeyPrefix = $"eip:answers:{place}:";
        return Checked("EIP_REDIS", options, RedisCacheOptionsValidator.Problems(options));
    }

    private static TOptions Bind<TOptions>(IConfigurationSection section)
        where TOptions : new()
    {
        var options = new TOptions();
        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidOperationException($"{section.Path}: {exception.Message}", exception);
        }

        return options;
    }

    private static Uri Node(string text) => Uri.TryCreate(text, UriKind.Absolute, out var node)
        ? node
        : throw new InvalidOperationException($"EIP_ELASTICSEARCH: '{text}' is not an address such as https://search-1:9200; several are parted by commas.");

    private static TOptions Checked<TOptions>(string variable, TOptions options, IEnumerable<string> problems) =>
        problems.ToArray() is { Length: > 0 } found ? throw new InvalidOperationException($"{variable}: {string.Join(' ', found)}") : options;
}

using Eip.Api;
using Eip.Storage.Elasticsearch;
using Eip.Storage.Redis;
using Microsoft.Extensions.Configuration;

namespace Eip.Silo.Hosting;

/// <summary>What may be set. A name that nobody reads is a mistake that would else be met only by what the silo then does not do.</summary>
internal static class KnownSettings
{
    private const string Number = "[]", Anything = "*";

    private static readonly string[] Variables =
    [
        "EIP_KAFKA", "EIP_POSTGRES", "EIP_ELASTICSEARCH", "EIP_REDIS", "EIP_HOME", "EIP_MAX_AHEAD_DAYS",
        // What the other commands, their scripts and the tests read.
        "EIP_API_KEY", "EIP_CLUSTER_PORTS", "EIP_COMMAND", "EIP_TEST_*",
    ];

    private static readonly string[] Paths =
    [
        "Home", "Postgres", "Partitions", "Replay:Data", "Lanes:IdleSeconds",
        "Silo:Address", "Silo:Port", "Silo:GatewayPort", "Silo:Cluster",
        "Silo:Tls:Certificate", "Silo:Tls:Key", "Silo:Tls:Password", "Silo:Tls:Authority",
        "Kafka:Servers", "Kafka:Topic", "Kafka:Layout", "Kafka:Prefix", "Kafka:Group", $"Kafka:Client:{Anything}",
        $"ApiKeys:{Number}:Name", $"ApiKeys:{Number}:Hash", $"ApiKeys:{Number}:Role", $"ApiKeys:{Number}:RequestsPerSecond",
        "Api:TimeoutSeconds", .. Of<EipApiOptions>("Api"),
        "Elasticsearch:Servers", .. Of<ElasticsearchOptions>("Elasticsearch"),
        "Redis:Servers", .. Of<RedisCacheOptions>("Redis"),
    ];

    private static readonly (string Variable, string Path)[] Twins =
    [
        ("EIP_KAFKA", "Eip:Kafka:Servers"), ("EIP_POSTGRES", "Eip:Postgres"), ("EIP_ELASTICSEARCH", "Eip:Elasticsearch:Servers"),
        ("EIP_REDIS", "Eip:Redis:Servers"), ("EIP_HOME", "Eip:Home"),
    ];

    /// <summary>What is wrong with the names of a configuration's settings, each a sentence that names one.</summary>
    public static IEnumerable<string> Problems(IConfiguration configuration)
    {
        foreach (var child in configuration.GetChildren())
        {
            if (child.Key.StartsWith("EIP_", StringComparison.OrdinalIgnoreCase) && !Variables.Any(known => Fits(child.Key, known)))
                yield return $"{child.Key} is no setting; there are {string.Join(", ", Variables[..5])}.";
        }

        foreach (string path in Leaves(configuration.GetSection("Eip")).Select(static leaf => leaf["Eip:".Length..]))
        {
            if (!Paths.Any(known => Fits(path, known)))
                yield return $"Eip:{path} is no setting. {Nearest(path)}";
        }

        foreach (var (variable, path) in Twins)
        {
            if (configuration[variable] is { Length: > 0 } one && configuration[path] is { Length: > 0 } other && one != other)
                yield return $"{variable} and {path} say different things; set one of them.";
        }
    }

    private static IEnumerable<string> Of<TOptions>(string section) =>
        typeof(TOptions).GetProperties().Select(property => $"{section}:{property.Name}{(property.PropertyType.IsGenericType && property.Name == "Nodes" ? $":{Number}" : "")}");

    private static IEnumerable<string> Leaves(IConfigurationSection section)
    {
        var children = section.GetChildren().ToList();
        return children.Count == 0 ? section.Value is null ? [] : [section.Path] : children.SelectMany(Leaves);
    }

    private static bool Fits(string path, string known)
    {
        string[] given = path.Split(':'), parts = known.Split(':');
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].EndsWith(Anything, StringComparison.Ordinal))
                return i < given.Length && given[i].StartsWith(parts[i][..^1], StringComparison.OrdinalIgnoreCase);
            if (i >= given.Length || !(parts[i] == Number ? int.TryParse(given[i], out _) : parts[i].Equals(given[i], StringComparison.OrdinalIgnoreCase)))
                return false;
        }

        return given.Length == parts.Length;
    }

    private static string Nearest(string path)
    {
        string last = path.Split(':')[^1];
        var same = Paths.Where(known => known.Split(':')[^1].Equals(last, StringComparison.OrdinalIgnoreCase)).ToList();
        var beside = Paths.Where(known => known.Split(':')[0].Equals(path.Split(':')[0], StringComparison.OrdinalIgnoreCase)).ToList();
        return (same, beside) switch
        {
            ({ Count: > 0 }, _) => $"Is Eip:{same[0]} meant?",
            (_, { Count: > 0 }) => $"There are {string.Join(", ", beside.Select(static known => $"Eip:{known}"))}.",
            _ => "src/Silo/README.md lists them.",
        };
    }
}

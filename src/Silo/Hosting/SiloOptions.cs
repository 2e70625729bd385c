namespace Eip.Silo.Hosting;

/// <summary>The command line of a silo: settings as <c>--NAME=VALUE</c> or <c>--NAME VALUE</c>, and nothing else.</summary>
internal static class SiloOptions
{
    /// <summary>What <c>--help</c> says.</summary>
    public const string Help =
        """
        eip silo [--urls URL] [--NAME VALUE ...]   runs one silo of a cluster in the foreground

        --urls URL                   where the Ops API is served (http://127.0.0.1:5080)
        --EIP_KAFKA SERVERS          Kafka's brokers; without them the log is files in the home
        --EIP_POSTGRES CONNECTION    PostgreSQL; without it the silo is alone, with its state in memory
        --EIP_ELASTICSEARCH URL      Elasticsearch; without it search is in memory, or answers 503 beside PostgreSQL
        --EIP_REDIS SERVERS          Redis; without it answers are cached in memory
        --EIP_HOME DIR               where files go (.eip)
        --Eip:Silo:Cluster NAME      the cluster that the silo joins (eip)
        --Eip:Silo:Address IP        where other silos reach it (127.0.0.1); any other needs Eip:Silo:Tls:Certificate, Key and Authority
        --Eip:Silo:Port N            port between silos (11111)
        --Eip:Silo:GatewayPort N     port for Orleans clients (30000)

        Each is an environment variable too: EIP_KAFKA, Eip__Silo__Port and so on. src/Silo/README.md lists every setting.

        eip silo
        eip silo --urls http://127.0.0.1:5081 --Eip:Silo:Port 11112 --Eip:Silo:GatewayPort 30001
        """;

    // Besides EIP's own: what the web host and its logging read.
    private static readonly string[] Roots = ["urls", "environment", "Eip:", "EIP_", "Logging:", "Kestrel:", "http_ports", "https_ports", "AllowedHosts"];

    /// <summary>Whether help is asked for.</summary>
    public static bool AsksForHelp(IEnumerable<string> args) => args.Any(static arg => arg is "--help" or "-h" or "-?");

    /// <summary>Refuses what is no option of a silo.</summary>
    /// <exception cref="InvalidOperationException">The message names it.</exception>
    public static void Check(IReadOnlyList<string> args)
    {
        for (int i = 0; i < args.Count; i++)
        {
            string name = args[i].Split('=')[0];
            if (!name.StartsWith("--", StringComparison.Ordinal) || !Roots.Any(root => IsOf(name[2..], root)))
                throw new InvalidOperationException($"'{args[i]}' is no option of a silo; eip silo --help lists them.");
            if (args[i].Contains('=', StringComparison.Ordinal))
                continue;
            if (++i == args.Count || args[i].StartsWith("--", StringComparison.Ordinal))
                throw new InvalidOperationException($"{name} needs a value.");
        }
    }

    private static bool IsOf(string name, string root) =>
        root[^1] is ':' or '_' ? name.StartsWith(root, StringComparison.OrdinalIgnoreCase) : name.Equals(root, StringComparison.OrdinalIgnoreCase);
}

using Eip.Testing;

namespace Eip.Grains.Tests.Support;

/// <summary>The stores beside Kafka and PostgreSQL: those of the environment, and those that a test may kill.</summary>
internal static class StoreServers
{
    public static string NeedElasticsearch() => Need("EIP_ELASTICSEARCH", "no Elasticsearch");

    public static string NeedRedis() => Need("EIP_REDIS", "no Redis");

    /// <summary>Settings that give a cluster indices and keys of its own.</summary>
    public static string[] Arguments(string id, string elasticsearch, string? redis) =>
    [
        "--EIP_ELASTICSEARCH", elasticsearch,
        "--Eip:Elasticsearch:ShipmentsAlias", $"shipments-{id}",
        "--Eip:Elasticsearch:EventsAlias", $"events-{id}",
        "--Eip:Elasticsearch:Replicas", "0",
        "--Eip:Elasticsearch:RefreshInterval", "00:00:00.200",
        "--EIP_REDIS", redis ?? "",
    ];

    /// <summary>An Elasticsearch that the test may kill; where none can be started the test is skipped.</summary>
    public static ServerProcess OwnElasticsearch(string data)
    {
        string? start = null;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null && start is null; at = at.Parent)
            start = Path.Combine(at.FullName, "shared", "servers", "elasticsearch", "start") is var path && File.Exists(path) ? path : null;
        Assert.SkipWhen(start is null, "There is no script that starts an Elasticsearch of the test's own.");
        return new ServerProcess(start!, port => [$"{port}", data]);
    }

    /// <summary>A Redis that the test may kill; where none is installed the test is skipped.</summary>
    public static ServerProcess OwnRedis()
    {
        string? program = ServerProcess.Find("redis-server");
        Assert.SkipWhen(program is null, "redis-server is not installed.");
        return new ServerProcess(program!, static port => ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
    }

    private static string Need(string variable, string otherwise)
    {
        string? set = Environment.GetEnvironmentVariable(variable);
        Assert.SkipWhen(string.IsNullOrEmpty(set), $"{variable} names {otherwise}.");
        return set!;
    }
}

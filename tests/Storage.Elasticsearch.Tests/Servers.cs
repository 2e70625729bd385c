using Eip.Testing;

namespace Eip.Storage.Elasticsearch.Tests;

internal static class Servers
{
    /// <summary>The Elasticsearch of EIP_ELASTICSEARCH; without one the test is skipped.</summary>
    public static Uri Elasticsearch()
    {
        string? address = Environment.GetEnvironmentVariable("EIP_ELASTICSEARCH");
        Assert.SkipWhen(string.IsNullOrEmpty(address), "EIP_ELASTICSEARCH names no Elasticsearch.");
        return new Uri(address!);
    }

    /// <summary>An Elasticsearch that the test may kill, with settings such as <c>name=value</c>; where none can be started the test is skipped.</summary>
    public static ServerProcess OwnElasticsearch(string data, params string[] settings)
    {
        string? start = Ancestors(AppContext.BaseDirectory)
            .Select(static folder => Path.Combine(folder, "shared", "servers", "elasticsearch", "start"))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(start is null, "No Elasticsearch of its own can be started here.");
        return new ServerProcess(start!, port => [$"{port}", data, .. settings]);
    }

    private static IEnumerable<string> Ancestors(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            yield return at.FullName;
    }
}

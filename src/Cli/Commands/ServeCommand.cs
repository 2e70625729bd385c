using System.CommandLine;
using Eip.Api.Security;
using Eip.Cli.CommandLine;
using Eip.Cli.Serving;

namespace Eip.Cli.Commands;

/// <summary><c>eip serve</c>: the Ops API over the home, with everything behind it in this process.</summary>
internal static class ServeCommand
{
    private const string DefaultUrl = "http://127.0.0.1:5080";

    private static readonly Option<string> Urls = CreateUrls();

    private static readonly Option<string?> Data = CommonOptions.OptionalData();

    private static readonly Option<string?> Postgres = CommonOptions.Postgres();

    private static readonly Option<bool> HashKey = new("--hash-key")
    {
        Description = "Read an API key from standard input, print its hash for Eip:ApiKeys:0:Hash, and end.",
    };

    public static Command Create() => new Command("serve", "Serves the Ops API: cards, lanes, bottlenecks, ingest, replays and a live stream.") { Urls, Data, Postgres, HashKey }
        .WithExamples(
            "eip serve",
            "eip serve --home /var/lib/eip --urls http://127.0.0.1:8080 --data olist",
            "openssl rand -hex 24 | tee key.txt | eip serve --hash-key",
            "Eip__ApiKeys__0__Name=shop Eip__ApiKeys__0__Hash=HASH Eip__ApiKeys__0__Role=read eip serve --urls http://0.0.0.0:8080")
        .Runs(RunAsync);

    private static Option<string> CreateUrls()
    {
        var option = Values.Option<string>(
            "--urls", "URLS", "Addresses to listen on, with semicolons between them. Any but loopback needs API keys.",
            "a list of addresses such as http://127.0.0.1:5080 with semicolons between them", static (text, out value) => Addresses.AreValid(value = text));
        option.DefaultValueFactory = static _ => DefaultUrl;
        return option;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(HashKey))
            return await HashAsync(cancellationToken);
        if (parsed.GetValue(Data) is { } data && !Directory.Exists(data))
            throw new UserErrorException($"--data: there is no folder '{data}'.", ExitCodes.NotFound);
        await using var store = await RouteStatsTarget.OpenAsync(parsed.GetValue(Postgres), cancellationToken);
        var run = new ServeRun(OpenedHome.Of(parsed), parsed.GetRequiredValue(Urls)) { Data = parsed.GetValue(Data), Store = store };
        await run.RunAsync(cancellationToken);
        return ExitCodes.Success;
    }

    // From standard input, so that the key stands in no history and no list of processes.
    private static async Task<int> HashAsync(CancellationToken cancellationToken)
    {
        string key = (await Console.In.ReadLineAsync(cancellationToken))?.Trim() ?? "";
        if (key.Length < 16)
            throw new UserErrorException("A key has at least 16 characters; give one on standard input, for example: openssl rand -hex 24 | eip serve --hash-key", ExitCodes.Usage);
        Console.WriteLine(ApiKeyHash.Of(key));
        return ExitCodes.Success;
    }
}

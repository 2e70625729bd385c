using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Eip.Bench.Api;

/// <summary>
/// The same questions to running hosts that hold the same history, one client, in turns: an embedded host beside a silo, say. What an answer came from
/// is told by its <c>X-Cache</c> header: cached, computed, or never cached.
/// </summary>
internal static class AskBench
{
    private const int Cards = 2_000, Searches = 400;

    /// <summary>Runs against hosts by their addresses.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        Uri[] hosts = [.. args.Select(static text => new Uri(text))];
        using var http = new HttpClient();
        string[] ids = await OrderIdsAsync(http, hosts[0]);
        (string Question, string[] Paths)[] questions =
        [
            ("card", [.. ids.Select(static id => "/api/v1/shipments/" + id)]),
            ("search with facets", [.. Enumerable.Range(0, Searches).Select(static number => Search(new Random(number)))]),
        ];
        Console.WriteLine($"{"question",-20} {"host",-24} {"answer",-9} {"count",6} {"p50 ms",8} {"p99 ms",8}");
        foreach (var (question, paths) in questions)
        {
            var times = new Dictionary<(Uri Host, string Cache), List<double>>();
            // The first round warms up with other questions; the second computes, the third finds what the second left.
            foreach (int round in (int[])[0, 1, 2])
            {
                foreach (var host in hosts)
                {
                    foreach (string path in round == 0 ? paths.TakeLast(paths.Length / 2) : paths.Take(paths.Length / 2))
                    {
                        var (cache, milliseconds) = await AskAsync(http, new Uri(host, path));
                        if (round == 0)
                            continue;
                        if (!times.TryGetValue((host, cache), out var list))
                            times.Add((host, cache), list = []);
                        list.Add(milliseconds);
                    }
                }
            }

            foreach (var ((host, cache), all) in times)
            {
                all.Sort();
                Console.WriteLine($"{question,-20} {host.Authority,-24} {cache,-9} {all.Count,6} {all[all.Count / 2],8:0.00} {all[(int)(all.Count * 0.99)],8:0.00}");
            }
        }

        return 0;
    }

    private static string Search(Random random)
    {
        var (status, region, from, to) = ApiQuestions.Search(random);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"/api/v1/shipments?status={status}&sellerRegion={region}&orderedFrom={from.AddDays(random.Next(28)):yyyy-MM-dd}&orderedTo={to.AddDays(28):yyyy-MM-dd}&facets=true&limit=50");
    }

    private static async Task<(string Cache, double Milliseconds)> AskAsync(HttpClient http, Uri address)
    {
        long started = Stopwatch.GetTimestamp();
        using var answer = await http.GetAsync(address);
        await answer.Content.ReadAsByteArrayAsync();
        double took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        answer.EnsureSuccessStatusCode();
        return (answer.Headers.GetValues("X-Cache").First(), took);
    }

    private static async Task<string[]> OrderIdsAsync(HttpClient http, Uri host)
    {
        var ids = new List<string>();
        string next = "";
        while (ids.Count < Cards)
        {
            using var page = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri(host, $"/api/v1/shipments?fields=orderId&limit=200{next}")));
            ids.AddRange(page.RootElement.GetProperty("items").EnumerateArray().Select(static item => item.GetProperty("orderId").GetString()!));
            if (page.RootElement.GetProperty("next").GetString() is not { } cursor)
                break;
            next = "&after=" + Uri.EscapeDataString(cursor);
        }

        return [.. ids];
    }
}

using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Eip.Domain;

namespace Eip.Cluster.Bench;

/// <summary>How old an event is, from the brokers' acknowledgement of it, when a search finds it, under a steady load.</summary>
internal sealed class Freshness(Trial trial, Uri elasticsearch) : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50), LookEvery = TimeSpan.FromMilliseconds(500), Patience = TimeSpan.FromSeconds(30);
    private readonly HttpClient http = new() { BaseAddress = elasticsearch };

    /// <summary>Appends events at a rate and looks again and again when the last of them is found.</summary>
    /// <returns>Seconds, one for each look, in ascending order.</returns>
    /// <exception cref="TimeoutException">An event was not found within half a minute.</exception>
    public async Task<double[]> MeasureAsync(ReadOnlyMemory<FulfillmentEvent> events, int perSecond)
    {
        var looks = new List<Task<double>>();
        long started = Stopwatch.GetTimestamp();
        var nextLook = TimeSpan.Zero;
        int sent = 0;
        while (sent < events.Length)
        {
            var elapsed = Stopwatch.GetElapsedTime(started);
            int due = (int)Math.Min(events.Length, elapsed.TotalSeconds * perSecond);
            if (due > sent)
            {
                await trial.AppendAsync(events[sent..due]);
                sent = due;
                if (elapsed >= nextLook)
                {
                    looks.Add(FoundAsync(events.Span[due - 1].Id));
                    nextLook = elapsed + LookEvery;
                }
            }

            await Task.Delay(Tick);
        }

        double took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine($"{events.Length:n0} events appended in {took:0.0} s, {events.Length / took:n0}/s; {perSecond:n0}/s were asked for");
        return [.. (await Task.WhenAll(looks)).Order()];
    }

    public void Dispose() => http.Dispose();

    private async Task<double> FoundAsync(EventId id)
    {
        long appended = Stopwatch.GetTimestamp();
        var path = new Uri($"/{trial.EventsAlias}/_count", UriKind.Relative);
        var query = new { query = new { ids = new { values = new[] { id.ToString() } } } };
        while (Stopwatch.GetElapsedTime(appended) < Patience)
        {
            using var answer = await http.PostAsJsonAsync(path, query);
            if (answer.IsSuccessStatusCode && (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("count").GetInt32() == 1)
                return Stopwatch.GetElapsedTime(appended).TotalSeconds;
            await Task.Delay(2 * Tick);
        }

        throw new TimeoutException($"Event {id} was not found within {Patience.TotalSeconds:0} s.");
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using Eip.Domain;
using Eip.Pipeline;
using Eip.Pipeline.Engine;
using Eip.Tests.OpsApi;

namespace Eip.Api.Tests;

/// <summary><c>eip serve</c> as a process of its own.</summary>
public sealed class ServeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Every_event_that_was_answered_200_is_there_after_a_kill_in_the_middle_of_an_ingest()
    {
        using var home = new TemporaryHome();
        int seed = Environment.TickCount;
        var random = new Random(seed);
        var events = Fixtures.Orders(6_000, 42);
        var answered = new ConcurrentBag<FulfillmentEvent[]>();
        int at = 0;
        for (int round = 0; round < 3; round++)
        {
            await using var server = await Server.StartAsync(home.Home);
            await using var host = new OpsApiHost(new HttpClient { BaseAddress = server.Address }, static () => ValueTask.CompletedTask);
            using var enough = new CountdownEvent(random.Next(5, 15));
            var producers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
            {
                while (true)
                {
                    int start = Interlocked.Add(ref at, 150) - 150;
                    if (start >= events.Length)
                        return;
                    var part = events.AsSpan(start, Math.Min(150, events.Length - start)).ToArray();
                    try
                    {
                        using var answer = await host.PostEventsAsync(Fixtures.Ndjson(part));
                        if (!answer.IsSuccessStatusCode)
                            return;
                        answered.Add(part);
                        if (!enough.IsSet)
                            enough.Signal();
                    }
                    catch (HttpRequestException)
                    {
                        // The server is gone, as it was meant to be.
                        return;
                    }
                }
            })).ToArray();
            await Task.Run(() => enough.Wait(Patience));
            server.Kill();
            await Task.WhenAll(producers);
        }

        answered.Count.ShouldBeGreaterThan(10);
        await using var pipeline = EmbeddedPipeline.Open(home.Home, new PipelineOptions { ReadOnly = true });
        await pipeline.CatchUpAsync();
        foreach (var @event in answered.SelectMany(static part => part))
        {
            var found = await pipeline.FindAsync(@event.OrderId);
            found.ShouldNotBeNull($"seed {seed}");
            found.Timeline.ShouldContain(known => known.Id == @event.Id, $"seed {seed}");
        }
    }

    [Fact]
    public async Task A_signal_to_end_stops_at_a_clean_point_and_the_next_start_goes_on_from_there()
    {
        using var home = new TemporaryHome();
        var events = Fixtures.Orders(200, 5);
        await using (var server = await Server.StartAsync(home.Home))
        {
            await using var host = new OpsApiHost(new HttpClient { BaseAddress = server.Address }, static () => ValueTask.CompletedTask);
            await host.FeedAsync(events);
            (await server.EndAsync()).ShouldBe(0);
        }

        File.Exists(home.Home.RouteStatsFile).ShouldBeTrue();
        await using var again = await Server.StartAsync(home.Home);
        await using var resumed = new OpsApiHost(new HttpClient { BaseAddress = again.Address }, static () => ValueTask.CompletedTask);
        await resumed.GetUntilAsync("/api/v1/shipments?limit=1", list => list["total"]!.GetValue<int>() == NaiveModel.Of(events).Cases.Count);
        (await resumed.GetAsync("/health/ready"))["status"]!.GetValue<string>().ShouldBe("ready");
    }

    [Fact]
    public async Task An_open_address_without_keys_is_refused_with_what_to_do_and_a_key_is_hashed_from_standard_input()
    {
        using var home = new TemporaryHome();
        var (code, _, error) = await RunAsync(["serve", "--home", home.Home.Path, "--urls", "http://0.0.0.0:0"], "");
        code.ShouldBe(2);
        error.ShouldContain("Eip:ApiKeys:0:Name");
        error.ShouldNotContain("   at ");
        var (hashed, output, _) = await RunAsync(["serve", "--hash-key"], "correct horse battery staple\n");
        hashed.ShouldBe(0);
        output.Trim().ShouldBe(Security.ApiKeyHash.Of("correct horse battery staple"));
        (await RunAsync(["serve", "--hash-key"], "short\n")).Code.ShouldBe(2);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string[] arguments, string input)
    {
        using var process = Process.Start(Server.Command(arguments))!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var deadline = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output, await error);
    }

    private sealed class Server(Process process, Uri address) : IAsyncDisposable
    {
        public Uri Address => address;

        public static ProcessStartInfo Command(string[] arguments) =>
            new("dotnet", [Path.Combine(AppContext.BaseDirectory, "eip.dll"), .. arguments])
            {
                UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            };

        public static async Task<Server> StartAsync(Home home)
        {
            var process = Process.Start(Command(["serve", "--home", home.Path, "--urls", "http://127.0.0.1:0"]))!;
            using var deadline = new CancellationTokenSource(Patience);
            string? line = await process.StandardOutput.ReadLineAsync(deadline.Token);
            if (line is null)
                throw new InvalidOperationException(await process.StandardError.ReadToEndAsync(deadline.Token));
            return new Server(process, new Uri(line[line.IndexOf("http://", StringComparison.Ordinal)..]));
        }

        public void Kill()
        {
            process.Kill();
            process.WaitForExit();
        }

        public async Task<int> EndAsync()
        {
            using (var signal = Process.Start("kill", ["-TERM", process.Id.ToString()]))
                await signal.WaitForExitAsync();
            using var deadline = new CancellationTokenSource(Patience);
            await process.WaitForExitAsync(deadline.Token);
            return process.ExitCode;
        }

        public ValueTask DisposeAsync()
        {
            if (!process.HasExited)
                Kill();
            process.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

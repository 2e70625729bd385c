using System.Diagnostics;
using Eip.Cluster.Bench;
using Microsoft.Extensions.Configuration;

// Usage: bench/Cluster [--events 500000] [--silos 1]; EIP_KAFKA and EIP_POSTGRES name the servers, and what needs one that is missing is left out.
var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
int wanted = int.TryParse(configuration["events"], out int given) ? given : 500_000;
string? kafka = configuration["EIP_KAFKA"], postgres = configuration["EIP_POSTGRES"];

var history = History.Make(wanted);
Console.WriteLine($"{history.Events.Length:n0} events of {history.Orders:n0} orders, {Environment.ProcessorCount} cores, one silo, batches of 1,000, {Trial.Partitions} partitions");
Console.WriteLine($"{"shape",-34} {"seconds",8} {"events/s",10} {"CPU µs",7} {"MB",6}  digest");
var measured = new Dictionary<string, double>();
foreach (var (name, stream, durable) in new[]
{
    ("direct loop, memory", false, false), ("stream, memory", true, false), ("direct loop, durable", false, true), ("stream, durable", true, true),
})
{
    if ((stream && kafka is null) || (durable && postgres is null))
    {
        Console.WriteLine($"{name,-34} not run: {(stream && kafka is null ? "EIP_KAFKA" : "EIP_POSTGRES")} names no server");
        continue;
    }

    await using var trial = await Trial.StartAsync(history, stream ? kafka : null, durable ? postgres : null);
    using var process = Process.GetCurrentProcess();
    var before = process.TotalProcessorTime;
    var took = await trial.RunAsync();
    process.Refresh();
    double micros = (process.TotalProcessorTime - before).TotalMicroseconds / history.Events.Length;
    measured[name] = history.Events.Length / took.TotalSeconds;
    string verdict = await trial.IsExactAsync() ? "same" : "DIFFERS";
    Console.WriteLine($"{name,-34} {took.TotalSeconds,8:0.0} {measured[name],10:n0} {micros,7:0.0} {process.WorkingSet64 >> 20,6:n0}  {verdict}");
}

foreach (string state in new[] { "memory", "durable" })
{
    if (measured.TryGetValue($"direct loop, {state}", out double direct) && measured.TryGetValue($"stream, {state}", out double streamed))
        Console.WriteLine($"The stream's share, {state}: {streamed / direct:0.00} of the direct loop");
}

return 0;

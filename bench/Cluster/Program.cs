using System.Diagnostics;
using Eip.Cluster.Bench;
using Microsoft.Extensions.Configuration;

// Usage: bench/Cluster [--events 500000] [--rounds 1]; EIP_KAFKA and EIP_POSTGRES name the servers, and what needs one that is missing is left out.
var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
int wanted = int.TryParse(configuration["events"], out int given) ? given : 500_000;
int rounds = int.TryParse(configuration["rounds"], out int turns) ? turns : 1;
string? kafka = configuration["EIP_KAFKA"], postgres = configuration["EIP_POSTGRES"];

var history = History.Make(wanted);
Console.WriteLine($"{history.Events.Length:n0} events of {history.Orders:n0} orders, {Environment.ProcessorCount} cores, one silo, batches of 1,000, {Trial.Partitions} partitions");
Console.WriteLine($"{"shape",-22} {"start",6} {"seconds",8} {"events/s",10} {"CPU µs",7} {"MB",6}  digest");
(string Name, bool IsStream, bool IsDurable)[] shapes =
[
    ("direct loop, memory", false, false), ("stream, memory", true, false), ("direct loop, durable", false, true), ("stream, durable", true, true),
];
// The shapes take turns, so that a machine whose speed changes changes it for all.
var rates = shapes.ToDictionary(static shape => shape.Name, static _ => new List<double>());
for (int round = 0; round < rounds; round++)
{
    foreach (var shape in shapes)
    {
        if ((shape.IsStream && kafka is null) || (shape.IsDurable && postgres is null))
        {
            Console.WriteLine($"{shape.Name,-22} not run: {(shape.IsStream && kafka is null ? "EIP_KAFKA" : "EIP_POSTGRES")} names no server");
            continue;
        }

        await using var trial = await Trial.StartAsync(history, shape.IsStream ? kafka : null, shape.IsDurable ? postgres : null);
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var took = await trial.RunAsync();
        process.Refresh();
        double micros = (process.TotalProcessorTime - before).TotalMicroseconds / history.Events.Length;
        rates[shape.Name].Add(took.EventsPerSecond);
        string verdict = await trial.IsExactAsync() ? "same" : "DIFFERS";
        Console.WriteLine($"{shape.Name,-22} {took.Start.TotalSeconds,6:0.0} {took.Work.TotalSeconds,8:0.0} {took.EventsPerSecond,10:n0} {micros,7:0.0} {process.WorkingSet64 >> 20,6:n0}  {verdict}");
    }
}

foreach (string state in new[] { "memory", "durable" })
{
    List<double> direct = rates[$"direct loop, {state}"], streamed = rates[$"stream, {state}"];
    if (direct.Count > 0 && streamed.Count > 0)
        Console.WriteLine($"The stream's share, {state}: {Median(streamed) / Median(direct):0.00} of the direct loop (medians of {rounds})");
}

return 0;

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

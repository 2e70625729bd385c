using System.Diagnostics;
using Eip.Cluster.Bench;
using Eip.Streams.Kafka.Options;
using Microsoft.Extensions.Configuration;

// Usage: bench/Cluster [--events 500000] [--rounds 1] [--shape TEXT]; EIP_KAFKA, EIP_POSTGRES, EIP_ELASTICSEARCH and EIP_REDIS name the servers, and a
// shape that needs one that is missing is left out, as is one whose name does not hold TEXT. With --freshness RATE it measures instead how soon an event
// is found in Elasticsearch while RATE events a second come; with --outage yes, what catching up after an outage of Elasticsearch takes; with --memory DIR,
// the most memory of a silo that a data set goes through, which is a failure above 1,500 MB; with --stalls N, how long N silos stand still when one of
// them is killed or stops, and when another joins.
string[] options = ["--events", "--rounds", "--shape", "--freshness", "--outage", "--memory", "--stalls"];
if (args.Where(static (_, position) => position % 2 == 0).Except(options).FirstOrDefault() is not null || args.Length % 2 != 0)
{
    Console.Error.WriteLine($"Each of {string.Join(", ", options)} takes a value, and there are no others.");
    return 2;
}

var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
int wanted = int.TryParse(configuration["events"], out int given) ? given : 500_000;
int rounds = int.TryParse(configuration["rounds"], out int turns) ? turns : 1;
string only = configuration["shape"] ?? "";
string? kafka = configuration["EIP_KAFKA"], postgres = configuration["EIP_POSTGRES"];
string? elasticsearch = configuration["EIP_ELASTICSEARCH"], redis = configuration["EIP_REDIS"];

if (configuration["memory"] is { } data)
{
    if (kafka is null || postgres is null)
    {
        Console.Error.WriteLine("--memory needs EIP_KAFKA and EIP_POSTGRES.");
        return 2;
    }

    const int MostMegabytes = 1_500;
    var peak = await new Memory(data, kafka, postgres).MeasureAsync();
    Console.WriteLine($"{peak.Events:n0} events in {peak.Took.TotalSeconds:0} s, {peak.Megabytes:n0} MB at the peak; {MostMegabytes:n0} are allowed");
    return peak.Megabytes <= MostMegabytes ? 0 : 1;
}

var history = History.Make(wanted);
if (configuration["stalls"] is { } size)
{
    if (kafka is null || postgres is null || !int.TryParse(size, out int silos) || silos < 2)
    {
        Console.Error.WriteLine("--stalls takes the number of silos, at least 2, and needs EIP_KAFKA and EIP_POSTGRES.");
        return 2;
    }

    await new Stalls(history, kafka, postgres, silos).MeasureAsync(rounds);
    return 0;
}

Console.WriteLine($"{history.Events.Length:n0} events of {history.Orders:n0} orders, {Environment.ProcessorCount} cores, one silo, batches of {new KafkaStreamOptions().BatchSize:n0}, {Trial.UsualPartitions} partitions");
bool isOutage = configuration["outage"] is "yes", isFreshness = int.TryParse(configuration["freshness"], out int rate);
if ((isOutage || isFreshness) && (kafka is null || postgres is null || elasticsearch is null || redis is null))
{
    Console.Error.WriteLine("--freshness and --outage need EIP_KAFKA, EIP_POSTGRES, EIP_ELASTICSEARCH and EIP_REDIS.");
    return 2;
}

if (isOutage)
{
    var outage = new Outage(history, kafka!, postgres!, new Uri(elasticsearch!), redis!);
    for (int round = 0; round < rounds; round++)
    {
        var backfill = await outage.BackfillAsync();
        var catchUp = await outage.CatchUpAsync();
        Console.WriteLine($"backfill {backfill.TotalSeconds:0.0} s, catch-up after an outage {catchUp.TotalSeconds:0.0} s, {catchUp / backfill:0.00} of it");
    }

    return 0;
}

if (isFreshness)
{
    await using var trial = await Trial.EmptyAsync(history, kafka, postgres, (elasticsearch!, redis!));
    await trial.StartAsync();
    using var freshness = new Freshness(trial, new Uri(elasticsearch!));
    // The first third brings the silo and Elasticsearch to their working temperature.
    int warm = history.Events.Length / 3;
    await freshness.MeasureAsync(history.Events.AsMemory(0, warm), rate);
    double[] seconds = await freshness.MeasureAsync(history.Events.AsMemory(warm), rate);
    Console.WriteLine($"append to searchable, {seconds.Length} looks: median {At(0.5):0.00} s, p95 {At(0.95):0.00} s, longest {seconds[^1]:0.00} s; {trial.Shares}");
    return 0;

    double At(double quantile) => seconds[(int)Math.Min(seconds.Length - 1, quantile * seconds.Length)];
}

Console.WriteLine($"{"shape",-22} {"start",6} {"seconds",8} {"events/s",10} {"CPU µs",7} {"MB",6}  digest and where the batches' time goes");
Shape[] shapes =
[
    new("direct loop, memory", false, false, false), new("stream, memory", true, false, false),
    new("direct loop, durable", false, true, false), new("stream, durable", true, true, false), new("stream, every sink", true, true, true),
];
shapes = [.. shapes.Where(shape => shape.Name.Contains(only, StringComparison.Ordinal))];
// The shapes take turns, so that a machine whose speed changes changes it for all.
var rates = shapes.ToDictionary(static shape => shape.Name, static _ => new List<double>());
for (int round = 0; round < rounds; round++)
{
    foreach (var shape in shapes)
    {
        string? missing = shape.IsStream && kafka is null ? "EIP_KAFKA" : shape.IsDurable && postgres is null ? "EIP_POSTGRES"
            : shape.HasStores && elasticsearch is null ? "EIP_ELASTICSEARCH" : shape.HasStores && redis is null ? "EIP_REDIS" : null;
        if (missing is not null)
        {
            Console.WriteLine($"{shape.Name,-22} not run: {missing} names no server");
            continue;
        }

        await using var trial = await Trial.PrepareAsync(
            history, shape.IsStream ? kafka : null, shape.IsDurable ? postgres : null, shape.HasStores ? (elasticsearch!, redis!) : null);
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var took = await trial.RunAsync();
        process.Refresh();
        double micros = (process.TotalProcessorTime - before).TotalMicroseconds / history.Events.Length;
        rates[shape.Name].Add(took.EventsPerSecond);
        string verdict = await trial.IsExactAsync() ? "same" : "DIFFERS";
        Console.WriteLine($"{shape.Name,-22} {took.Start.TotalSeconds,6:0.0} {took.Work.TotalSeconds,8:0.0} {took.EventsPerSecond,10:n0} {micros,7:0.0} {process.WorkingSet64 >> 20,6:n0}  {verdict}  {trial.Shares}");
    }
}

foreach (string state in new[] { "memory", "durable" })
{
    if (rates.GetValueOrDefault($"direct loop, {state}") is { Count: > 0 } direct && rates.GetValueOrDefault($"stream, {state}") is { Count: > 0 } streamed)
        Console.WriteLine($"The stream's share, {state}: {Median(streamed) / Median(direct):0.00} of the direct loop (medians of {rounds})");
}

return 0;

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

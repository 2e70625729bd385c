using Eip.Bench;
using Eip.Bench.Api;

return args.FirstOrDefault() switch
{
    "api" => await ApiBench.RunAsync(args[1..]),
    "pacing" => await PacingBench.RunAsync(args[1..]),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("dotnet run -c Release --project bench/Embedded -- api [ORDERS [SECONDS]]");
    Console.Error.WriteLine("dotnet run -c Release --project bench/Embedded -- pacing [SECONDS [EVENTS_PER_SECOND]]");
    return 2;
}

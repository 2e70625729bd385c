using Eip.Bench;
using Eip.Bench.Api;

return args.FirstOrDefault() switch
{
    "ask" when args.Length > 1 => await AskBench.RunAsync(args[1..]),
    "api" => await ApiBench.RunAsync(args[1..]),
    "pacing" => await PacingBench.RunAsync(args[1..]),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("dotnet run -c Release --project bench/Embedded -- api [ORDERS [SECONDS]]");
    Console.Error.WriteLine("dotnet run -c Release --project bench/Embedded -- ask URL [URL …]");
    Console.Error.WriteLine("dotnet run -c Release --project bench/Embedded -- pacing [SECONDS [EVENTS_PER_SECOND]]");
    return 2;
}

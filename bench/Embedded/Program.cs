using Eip.Bench;

return args.FirstOrDefault() switch
{
    "pacing" => await PacingBench.RunAsync(args[1..]),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("dotnet run -c Release --project bench/Embedded -- pacing [SECONDS [EVENTS_PER_SECOND]]");
    return 2;
}

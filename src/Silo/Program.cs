using Eip.Silo.Hosting;
using Eip.Silo.Kafka;
using Eip.Silo.Rebuild;
using Eip.Silo.Search;
using Eip.Silo.Verification;
using Eip.Storage.Postgres;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

if (args is ["verify", ..])
    return await VerifyCommand.RunAsync(args[1..]);

if (args is ["backfill", ..])
    return await BackfillCommand.RunAsync(args[1..]);

if (args is ["rebuild-search", ..])
    return await RebuildSearchCommand.RunAsync(args[1..]);

if (args is ["rebuild-cluster", ..])
    return await RebuildClusterCommand.RunAsync(args[1..]);

if (SiloOptions.AsksForHelp(args))
{
    await Console.Out.WriteLineAsync(SiloOptions.Help);
    return 0;
}

WebApplication silo;
try
{
    SiloOptions.Check(args);
    silo = SiloHost.Build(args);
    FreePorts.Check(silo.Services.GetRequiredService<SiloSettings>(), silo.Configuration["urls"] ?? SiloHost.DefaultUrls);
    await PatientSchema.PrepareAsync(silo);
}
catch (Exception exception) when (exception is InvalidOperationException or PostgresStorageException)
{
    await Console.Error.WriteLineAsync($"error: {exception.Message}");
    return 2;
}

var stopping = silo.Lifetime.ApplicationStopping;
await using (silo)
{
    try
    {
        await silo.StartAsync();
        SiloReport.Running(silo);
        await silo.WaitForShutdownAsync();
    }
    catch (Exception exception) when (stopping.IsCancellationRequested && exception is (OperationCanceledException or OrleansLifecycleCanceledException))
    {
        // Told to stop while it still started.
    }
}

return 0;

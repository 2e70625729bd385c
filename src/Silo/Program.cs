using Eip.Silo.Hosting;
using Eip.Silo.Kafka;
using Eip.Silo.Rebuild;
using Eip.Silo.Search;
using Eip.Silo.Verification;
using Eip.Storage.Postgres;
using Microsoft.AspNetCore.Builder;

if (args is ["verify", ..])
    return await VerifyCommand.RunAsync(args[1..]);

if (args is ["backfill", ..])
    return await BackfillCommand.RunAsync(args[1..]);

if (args is ["rebuild-search", ..])
    return await RebuildSearchCommand.RunAsync(args[1..]);

if (args is ["rebuild-cluster", ..])
    return await RebuildClusterCommand.RunAsync(args[1..]);

WebApplication silo;
try
{
    silo = SiloHost.Build(args);
    await SiloSchema.PrepareAsync(silo.Services);
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
        await silo.RunAsync();
    }
    catch (Exception exception) when (stopping.IsCancellationRequested && exception is (OperationCanceledException or OrleansLifecycleCanceledException))
    {
        // Told to stop while it still started.
    }
}

return 0;

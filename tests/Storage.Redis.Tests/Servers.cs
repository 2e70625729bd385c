namespace Eip.Storage.Redis.Tests;

internal static class Servers
{
    /// <summary>The Redis of EIP_REDIS; without one the test is skipped.</summary>
    public static string Redis()
    {
        string? configuration = Environment.GetEnvironmentVariable("EIP_REDIS");
        Assert.SkipWhen(string.IsNullOrEmpty(configuration), "EIP_REDIS names no Redis.");
        return configuration!;
    }
}

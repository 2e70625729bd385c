namespace Eip.Streams.Kafka.Tests.Support;

internal static class Wait
{
    public static Task Until(Func<bool> condition, string what, TimeSpan? atMost = null) => Until(() => Task.FromResult(condition()), what, atMost);

    public static async Task Until(Func<Task<bool>> condition, string what, TimeSpan? atMost = null)
    {
        using var deadline = new CancellationTokenSource(atMost ?? TimeSpan.FromSeconds(40));
        while (!await condition())
        {
            if (deadline.IsCancellationRequested)
                throw new TimeoutException($"Waited in vain until {what}.");
            await Task.Delay(20, CancellationToken.None);
        }
    }
}

namespace Eip.Simulator.Tests.Replay;

/// <summary>Waits for what another thread is about to do.</summary>
internal static class Eventually
{
    public static Task Holds(Func<bool> condition, string what) => Holds(() => Task.FromResult(condition()), what);

    public static async Task Holds(Func<Task<bool>> condition, string what)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            deadline.IsCancellationRequested.ShouldBeFalse($"It never came about that {what}.");
            await Task.Yield();
        }
    }
}

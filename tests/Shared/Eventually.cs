using System.Diagnostics;

namespace Eip.Testing;

/// <summary>Waits on conditions with a deadline.</summary>
public static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Waits until a condition holds.</summary>
    public static Task HoldsAsync(Func<bool> condition, string claim) => HoldsAsync(() => Task.FromResult(condition()), claim);

    /// <summary>Waits until a condition holds.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string claim)
    {
        long started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(Deadline, claim);
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }
}

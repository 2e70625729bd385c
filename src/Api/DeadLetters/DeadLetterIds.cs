namespace Eip.Api.DeadLetters;

/// <summary>Ids of dead letters: ordered by age, and within one request by line.</summary>
internal static class DeadLetterIds
{
    private static readonly string Process = Random.Shared.NextInt64().ToString("x16")[..8];
    private static long sequence;

    /// <summary>The next id at a moment.</summary>
    public static string Next(DateTimeOffset at) =>
        string.Create(null, stackalloc char[64], $"{at.ToUnixTimeMilliseconds():x12}-{Interlocked.Increment(ref sequence):x10}-{Process}");
}

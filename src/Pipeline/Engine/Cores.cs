using System.Runtime.ExceptionServices;

namespace Eip.Pipeline.Engine;

/// <summary>Shares work between cores and fails with the first failure itself.</summary>
internal static class Cores
{
    public static void For(int count, ParallelOptions parallelism, Action<int> work)
    {
        try
        {
            Parallel.For(0, count, parallelism, work);
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }
}

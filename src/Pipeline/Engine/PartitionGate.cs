namespace Eip.Pipeline.Engine;

/// <summary>
/// Keeps readers of a partition and the thread that folds it apart. The folding thread holds it for some hundred events at a time and lets waiting
/// readers in between, so that a reader waits for less than a millisecond however fast events come.
/// </summary>
internal sealed class PartitionGate
{
    private const int Turns = 32;
    private readonly Lock held = new();
    private int waiting;

    public Lock.Scope EnterRead()
    {
        Interlocked.Increment(ref waiting);
        try
        {
            return held.EnterScope();
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    public Lock.Scope EnterWrite()
    {
        // A lock alone may go to the thread that has just left it, again and again.
        for (int turn = 0; turn < Turns && Volatile.Read(ref waiting) > 0; turn++)
            Thread.Yield();
        return held.EnterScope();
    }
}

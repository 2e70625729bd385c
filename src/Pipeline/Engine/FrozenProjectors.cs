namespace Eip.Pipeline.Engine;

/// <summary>Holds the folding of all partitions off until it is disposed of, by the thread that made it.</summary>
internal ref struct FrozenProjectors
{
    private readonly Projector[] projectors;

    public FrozenProjectors(Projector[] projectors)
    {
        this.projectors = projectors;
        foreach (var projector in projectors)
            projector.Hold();
    }

    public readonly void Dispose()
    {
        foreach (var projector in projectors)
            projector.Release();
    }
}

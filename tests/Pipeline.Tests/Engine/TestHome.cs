namespace Eip.Pipeline.Tests.Engine;

/// <summary>A home of its own that goes with the test.</summary>
internal sealed class TestHome : IDisposable
{
    public Home Home { get; } = new(Directory.CreateTempSubdirectory("eip-home-").FullName);

    public void Dispose() => Directory.Delete(Home.Path, recursive: true);
}

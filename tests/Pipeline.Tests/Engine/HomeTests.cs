namespace Eip.Pipeline.Tests.Engine;

public sealed class HomeTests
{
    [Fact]
    public void An_option_names_the_home_and_everything_is_within()
    {
        var home = Home.Resolve("shop");
        home.Path.ShouldBe(Path.GetFullPath("shop"));
        foreach (string path in new[] { home.Log, home.Projections, home.DeadLetters, home.RouteStatsFile, home.Rejects, home.Replay })
            Path.GetDirectoryName(path).ShouldBe(home.Path);
    }
}

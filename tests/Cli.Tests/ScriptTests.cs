using System.Diagnostics;

namespace Eip.Cli.Tests;

/// <summary>The scripts around the program: <c>eip</c>, <c>tests/run</c> and what they share.</summary>
public sealed class ScriptTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("eip-scripts-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("cluster up --silos x", ExitCodes.Usage, "--silos: 'x' is not a whole number")]
    [InlineData("cluster up --silos", ExitCodes.Usage, "--silos")]
    [InlineData("cluster up --nodes 3", ExitCodes.Usage, "'--nodes' is not an option")]
    [InlineData("cluster up --data /nowhere", ExitCodes.NotFound, "'/nowhere'")]
    [InlineData("cluster up", ExitCodes.Usage, "EIP_KAFKA is missing")]
    [InlineData("cluster restart", ExitCodes.Usage, "'restart'")]
    [InlineData("cluster status --watch", ExitCodes.Usage, "'--watch' is not an option")]
    [InlineData("cluster", ExitCodes.Usage, "up, status, down")]
    [InlineData("cluster up --help", 0, "--silos N")]
    [InlineData("cluster status", ExitCodes.NotFound, "no silo runs")]
    [InlineData("test --help", 0, "Projects: Domain")]
    [InlineData("test Nothing", ExitCodes.Usage, "'Nothing'")]
    public void A_command_of_the_script_ends_with_the_exit_code_that_is_documented(string line, int exitCode, string expected) =>
        Expect($"'{Root}/eip' {line}", exitCode, expected);

    [Fact]
    public void The_status_of_a_cluster_with_a_dead_silo_is_a_failure()
    {
        Directory.CreateDirectory(Path.Combine(folder, "cluster"));
        File.WriteAllText(Path.Combine(folder, "cluster", "silo-1.pid"), "99999999");
        File.WriteAllText(Path.Combine(folder, "cluster", "silo-1.port"), "9");
        Expect($"'{Root}/eip' cluster status", ExitCodes.Failure, "silo 1   dead");
    }

    [Fact]
    public void A_build_is_made_again_only_when_something_that_it_reads_has_changed()
    {
        const string Script = """
            root=$PWD
            mkdir -p src/A src/B src/C
            echo '<Project><ProjectReference Include="../B/B.csproj" /></Project>' > src/A/A.csproj
            touch src/B/B.csproj src/B/b.cs src/C/c.cs
            . "$SOURCES/deploy/build.sh"
            say() { if build_is_fresh A; then echo "fresh after $1"; else echo "stale after $1"; fi; }
            [ "$(build_projects src/A | tr '\n' ' ')" = 'src/A src/B ' ] || exit 1
            build_lock; say nothing; build_began; build_stamp A $(build_projects src/A); build_unlock
            say 'the build'
            mkdir -p src/A/obj src/A/bin; touch -d '+1 hour' src/A/obj/a src/A/README.md src/C/c.cs src/B/.b.cs.swp
            say 'what is not read'
            touch -d '+1 hour' src/B/b.cs; say 'a change'; touch -d '-1 hour' src/B/b.cs; say 'the change was taken back'
            mv src/B/b.cs src/B/b2.cs; say 'a rename'
            """;
        foreach (string path in new[] { "", "mkdir -p few; for tool in bash find sort cksum touch sed mkdir rm cat sleep tr mv; do ln -sf \"$(command -v $tool)\" few/; done; PATH=$PWD/few; " })
        {
            Directory.Delete(folder, recursive: true);
            Directory.CreateDirectory(folder);
            Expect(path + Script, 0, """
                stale after nothing
                fresh after the build
                fresh after what is not read
                stale after a change
                fresh after the change was taken back
                stale after a rename
                """.ReplaceLineEndings("\n"));
        }
    }

    /// <summary>The root of the sources.</summary>
    public static string Root { get; } = SourceRoot();

    private void Expect(string script, int exitCode, string expected)
    {
        var start = new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = folder };
        (start.Environment["EIP_HOME"], start.Environment["SOURCES"]) = (folder, Root);
        foreach (string name in new[] { "EIP_KAFKA", "EIP_POSTGRES", "EIP_CLUSTER_PORTS" })
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.WaitForExit(TimeSpan.FromMinutes(1)).ShouldBeTrue(script);
        string all = output.Result + error.Result;
        process.ExitCode.ShouldBe(exitCode, all);
        all.ShouldContain(expected);
    }

    private static string SourceRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "EIP.sln")))
            at = at.Parent;
        return at?.FullName ?? throw new InvalidOperationException("The root of the sources is not above the tests.");
    }
}

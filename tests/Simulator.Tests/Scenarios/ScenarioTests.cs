using System.Globalization;
using Eip.Pipeline;
using Eip.Simulator.Scenarios;
using Eip.Simulator.Sinks;
using Eip.Simulator.Tests.Replay;

namespace Eip.Simulator.Tests.Scenarios;

public sealed class ScenarioTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("eip-scenario-").FullName;

    public static TheoryData<string> ReadyOnes => [.. Directory.GetFiles(ScenarioFolder(), "*.yaml").Select(file => Path.GetFileName(file))];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(ReadyOnes))]
    public async Task The_scenarios_that_ship_hold(string file)
    {
        var history = Shop.Of(1_500, secondsBetween: 1800);
        var results = await RunAsync(ScenarioReader.Read(Path.Combine(ScenarioFolder(), file)), history);

        results.ShouldAllBe(result => result.Passed);
        results.Count(result => result.Step is CheckStep { Digest: not null }).ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_check_that_does_not_hold_is_told_and_the_steps_after_it_are_carried_out()
    {
        var results = await RunAsync(Read(
            """
            steps:
              - backfill: { until: 50% }
              - incident: { from: 50%, to: 80%, drop: 50% }
              - check: { digest: clean, deadLetters: 3 }
              - repair: { from: 50%, to: 80% }
              - check: { digest: clean }
            """), Shop.Of(200));

        results.Select(result => result.Passed).ShouldBe([true, true, false, true, true]);
        results[2].Outcome.ShouldContain("0 dead letters");
    }

    [Fact]
    public void Json_is_read_as_well()
    {
        var scenario = Read("""{ "name": "n", "steps": [ { "backfill": { "until": "2018-01-01" } }, { "check": { "lag": 0 } } ] }""");

        scenario.Name.ShouldBe("n");
        scenario.Steps.Count.ShouldBe(2);
        scenario.Steps[0].Describe().ShouldBe("backfill to 2018-01-01T23:59:59Z");
    }

    [Theory]
    [InlineData("steps:\n  - backfill\n  - explode: { to: 50% }", "a.yaml, line 3: Step 2 is 'explode', which is not a step.")]
    [InlineData("steps:\n  - backfill:\n      until: 50%\n      fast: true", "a.yaml, line 4: Step 1, backfill: 'fast' is not a field of it.")]
    [InlineData("steps:\n  - replay: { speed: 0 }", "a.yaml, line 2: Step 1, replay: speed: '0' is not a speed")]
    [InlineData("steps:\n  - replay: { to: 50% }", "a.yaml, line 2: Step 1, replay: speed is missing")]
    [InlineData("steps:\n  - incident: { from: 1%, to: 2% }", "it names no trouble")]
    [InlineData("steps:\n  - incident: { from: 1%, to: 2%, drop: 120% }", "drop is a share from 0% to 100%, not 120%")]
    [InlineData("steps:\n  - repair: { from: 1% }", "from and to are needed")]
    [InlineData("steps:\n  - repair: { from: soon, to: 2% }", "from: 'soon' is not a date")]
    [InlineData("steps:\n  - check: { digest: perhaps }", "digest: 'perhaps' is not clean or different")]
    [InlineData("steps:\n  - check", "it checks nothing")]
    [InlineData("steps: []", "A scenario has steps")]
    [InlineData("name: x\nstep: []", "A scenario has steps")]
    [InlineData("steps:\n  - backfill\nextra: 1", "a.yaml, line 3: The scenario: 'extra' is not a field of it.")]
    [InlineData("steps: [", "This is not YAML")]
    [InlineData("steps:\n  - backfill: { order: [&a x, *a] }", "a.yaml, line 2: Anchors, aliases and tags are no part of a scenario")]
    [InlineData("steps:\n  - backfill: { order: x, !y order: z }", "a.yaml, line 2: Anchors, aliases and tags are no part of a scenario")]
    [InlineData("", "A scenario is one mapping")]
    public void What_no_scenario_can_say_is_refused_with_file_line_and_step(string text, string message)
    {
        string told = Should.Throw<ScenarioException>(() => Read(text)).Message;
        told.ShouldStartWith("a.yaml");
        told.ShouldContain(message);
    }

    [Theory]
    [InlineData("steps:\n  - backfill: {0}", "{a: ", "}", 10_000)]
    [InlineData("steps:\n  - backfill: {{ order: {0} }}", "[", "]", 10_000)]
    [InlineData("steps:\n  - {0}", "- ", "", 10_000)]
    public void Depth_is_refused_before_it_is_read(string form, string open, string close, int depth)
    {
        string nested = string.Concat(Enumerable.Repeat(open, depth)) + "x" + string.Concat(Enumerable.Repeat(close, depth));
        var refused = Should.Throw<ScenarioException>(() => Read(string.Format(CultureInfo.InvariantCulture, form, nested)));
        refused.Message.ShouldStartWith("a.yaml, line 2: Lists and mappings lie more than 16 deep in each other");
    }

    [Fact]
    public void A_file_without_end_is_refused_by_its_length()
    {
        using var endless = new EndlessText();
        Should.Throw<ScenarioException>(() => ScenarioReader.Read("a.yaml", endless)).Message.ShouldContain("at most 1048576 characters");
    }

    private sealed class EndlessText : TextReader
    {
        public override int Read(char[] buffer, int index, int count)
        {
            buffer.AsSpan(index, count).Fill('#');
            return count;
        }
    }

    [Fact]
    public async Task A_step_that_does_not_fit_the_data_names_file_line_and_step()
    {
        var scenario = Read("steps:\n  - backfill\n  - repair: { from: 2031-01-01, to: 2031-02-01 }");

        var refused = await Should.ThrowAsync<ScenarioException>(() => RunAsync(scenario, Shop.Of(10)));

        refused.Message.ShouldStartWith("a.yaml, line 3: Step 2, repair: from: 2031-01-01T00:00:00Z lies outside the data");
    }

    [Fact]
    public async Task Every_mode_and_fault_plan_comes_to_the_same_digest()
    {
        var history = Shop.Of(500);
        var rows = new List<VerificationRow>();
        await foreach (var row in new Verification(history, folder, seed: 11, TimeProvider.System).RunAsync())
            rows.Add(row);

        rows.ShouldAllBe(row => row.Same);
        rows.Count.ShouldBeGreaterThan(12);
        rows[0].Digest.ShouldBe(Shop.DigestOf(history.Events()));
        rows.Single(row => row.Name == "all of them").DeadLetters.ShouldBeGreaterThan(0);
        Directory.GetFileSystemEntries(folder).ShouldBeEmpty();
    }

    private static Scenario Read(string text) => ScenarioReader.Read("a.yaml", new StringReader(text));

    private static string ScenarioFolder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "EIP.sln")))
                return Path.Combine(at.FullName, "deploy", "scenarios");
        }

        throw new DirectoryNotFoundException("The repository's root is not above the tests.");
    }

    private async Task<List<StepResult>> RunAsync(Scenario scenario, Simulator.Replay.IHistory history)
    {
        await using var target = EmbeddedTarget.Open(new Home(folder), deduplicate: false, TimeProvider.System);
        var results = new List<StepResult>();
        await foreach (var result in new ScenarioRunner(history, target, folder, TimeProvider.System).RunAsync(scenario))
            results.Add(result);
        return results;
    }
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Eip.Tests;

namespace Eip.Domain.Tests;

/// <summary>The folds give what the contract's vectors expect, to the byte, in every order of arrival and whatever comes twice.</summary>
public sealed class ContractVectorTests
{
    private static readonly string Stream = Path.Combine(ContractVectors.Own, "stream");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_events_of_the_data_set_fold_to_its_projections(int seed) =>
        Check(ContractVectors.Own, Rows(ContractVectors.Expected(ContractVectors.Own, "events.csv")), seed);

    [Fact]
    public void The_events_of_the_vectors_beside_this_repository_fold_to_their_cards_and_lanes()
    {
        Assert.SkipWhen(ContractVectors.Beside is null, "NOT RUN: no further vectors lie beside this repository.");
        var pipeline = new Folded(Rows(ContractVectors.Expected(ContractVectors.Beside, "events.csv")));
        pipeline.RouteStats().ShouldBe(ContractVectors.Expected(ContractVectors.Beside, "route_stats_daily.csv"));
        var expected = ContractVectors.Expected(ContractVectors.Beside, "cards.csv").Split('\n');
        pipeline.Cards().Split('\n').Zip(expected).ShouldAllBe(static pair => pair.First.StartsWith(pair.Second, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Events_as_producers_send_them_fold_to_their_projections(int seed)
    {
        var events = File.ReadLines(Path.Combine(Stream, "events.ndjson"))
            .Select(static line => EventJson.TryRead(Encoding.UTF8.GetBytes(line), out var read, out var error) ? read : throw new FormatException($"{error}: {line}"));
        Check(Stream, [.. events], seed);
    }

    [Fact]
    public void Rolling_figures_hold_the_last_days_and_no_other()
    {
        string expected = ContractVectors.Expected(ContractVectors.Own, "rolling.csv");
        var network = new Folded(Rows(ContractVectors.Expected(ContractVectors.Own, "events.csv"))).Network;
        var last = DateOnly.Parse(expected.Split('\n')[1].Split(',')[0]);
        var rows = network.Lanes.OrderBy(static ledger => ledger.Lane).SelectMany(ledger => LaneLedger.RollingDays.Select(days =>
            string.Join(',', $"{last:yyyy-MM-dd},{days}", Figures(new RouteStats(last, ledger.Lane, ledger.Over(last.DayNumber, days))))));
        string.Join('\n', rows.Prepend(expected.Split('\n')[0]).Append("")).ShouldBe(expected);

        static string Figures(RouteStats stats) =>
            ContractVectors.Text("", output => CanonicalCsv.Write(output, stats)).Trim().Split(',', 2)[1];
    }

    [Fact]
    public void What_is_no_event_is_refused_by_the_field_at_fault()
    {
        foreach (string line in File.ReadLines(Path.Combine(Stream, "refused.ndjson")))
        {
            var refused = JsonNode.Parse(line)!;
            EventJson.TryRead(Encoding.UTF8.GetBytes((string)refused["event"]!), out _, out var error).ShouldBeFalse(line);
            error!.Field.ShouldBe((string?)refused["field"], line);
        }
    }

    [Fact]
    public void The_schema_names_every_type_and_its_forms_take_what_the_reader_takes()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(ContractVectors.Own, "..", "event.schema.json")))!;
        schema["properties"]!["eventType"]!["enum"]!.AsArray().Select(static name => (string)name!)
            .ShouldBe(EventTypes.All.Select(static type => type.Name()).Append("LATE_DETECTED"), ignoreOrder: true);
        foreach (var rule in schema["allOf"]!.AsArray())
        {
            var types = rule!["if"]!["properties"]!["eventType"]!;
            foreach (var name in types["enum"]?.AsArray() ?? [types["const"]!.DeepClone()])
            {
                EventTypes.TryParse((string)name!, out var type).ShouldBeTrue();
                ((string)rule["then"]!["properties"]!["source"]!["const"]!).ShouldBe(type.Source().Name());
            }
        }

        var time = new Regex((string)schema["$defs"]!["time"]!["pattern"]!);
        var id = new Regex((string)schema["properties"]!["eventId"]!["pattern"]!);
        foreach (string line in File.ReadLines(Path.Combine(Stream, "events.ndjson")))
        {
            var document = JsonDocument.Parse(line).RootElement;
            time.IsMatch(document.GetProperty("eventAt").GetString()!).ShouldBeTrue(line);
            (!document.TryGetProperty("eventId", out var given) || id.IsMatch(given.GetString()!)).ShouldBeTrue(line);
        }
    }

    private static void Check(string folder, FulfillmentEvent[] events, int seed)
    {
        var random = new Random(seed);
        FulfillmentEvent[] arrival = [.. events, .. events.Where(_ => random.Next(4) == 0)];
        random.Shuffle(arrival);
        var folded = new Folded(arrival);
        folded.Cards().ShouldBe(ContractVectors.Expected(folder, "cards.csv"), $"seed {seed}");
        folded.Timeline().ShouldBe(ContractVectors.Expected(folder, "timeline.csv"), $"seed {seed}");
        folded.RouteStats().ShouldBe(ContractVectors.Expected(folder, "route_stats_daily.csv"), $"seed {seed}");
        folded.Digest().ShouldBe(ContractVectors.Expected(folder, "digest.txt").Trim(), $"seed {seed}");
    }

    private static FulfillmentEvent[] Rows(string csv) => [.. csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(static row =>
    {
        string[] fields = [.. Regex.Matches(row, "(?<=^|,)(?:\"((?:[^\"]|\"\")*)\"|([^,]*))")
            .Select(static match => match.Groups[1].Success ? match.Groups[1].Value.Replace("\"\"", "\"", StringComparison.Ordinal) : match.Groups[2].Value)];
        EventTypes.TryParse(fields[1], out var type).ShouldBeTrue(row);
        var read = new FulfillmentEvent(
            OrderId.Parse(fields[3]), type, EventTime.Parse(fields[2]), Known(fields[5]), Known(fields[6]), fields[7].Length == 0 ? null : EventTime.Parse(fields[7]));
        read.Id.ToString().ShouldBe(fields[0], row);
        return read;
    })];

    private static Region Known(string text) => text.Length == 0 ? Region.Unknown : Region.Parse(text);
}

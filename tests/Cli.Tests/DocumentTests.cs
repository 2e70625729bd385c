using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Eip.Cli.Commands;

namespace Eip.Cli.Tests;

public sealed partial class DocumentTests
{
    // What stands for a value in the documents, and a value.
    private static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal)
    {
        ["DIR"] = "olist", ["DATA_DIR"] = "olist", ["FILE"] = "rows", ["T"] = "2018-03-01", ["D"] = "2018-03-01", ["N"] = "10", ["S"] = "7", ["ID"] = Shop.Late,
        ["ORDER_ID"] = Shop.Late, ["CONNECTION"] = "Host=localhost", ["U"] = "http://127.0.0.1:5080", ["TYPE"] = "DELIVERED", ["COMMAND"] = "lanes", ["URL"] = "http://localhost:5080",
    };

    [Fact]
    public void Every_command_that_the_documents_name_is_accepted()
    {
        string root = ScriptTests.Root;
        string[] documents = [Path.Combine(root, "README.md"), .. Directory.GetFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories), .. Directory.GetFiles(Path.Combine(root, "deploy"), "*.md", SearchOption.AllDirectories)];
        int accepted = 0;
        foreach (string document in documents)
        {
            foreach (string line in File.ReadLines(document))
            {
                foreach (string call in Calls(line).Where(static call => !IsTheScripts(call)))
                {
                    var errors = CommandList.Root().Parse([.. CommandLineParser.SplitCommandLine(call)]).Errors.Select(static error => error.Message)
                        .Where(static message => !IsMissing(message));
                    errors.ShouldBeEmpty($"{document}: {line}");
                    accepted++;
                }
            }
        }

        accepted.ShouldBeGreaterThan(30);
    }

    [Fact]
    public void Every_exit_code_of_the_program_is_documented()
    {
        string[] readme = File.ReadAllLines(Path.Combine(ScriptTests.Root, "README.md"));
        foreach (var field in typeof(ExitCodes).GetFields())
            readme.ShouldContain(line => line.StartsWith($"| {field.GetRawConstantValue()} |", StringComparison.Ordinal), field.Name);
    }

    // In a span of code each option is tried with its brackets taken away; on a line of a transcript each call of a pipe.
    private static IEnumerable<string> Calls(string line)
    {
        var spans = Span().Matches(line).Select(static match => match.Groups["call"].Value);
        if (line.StartsWith("$ ./eip ", StringComparison.Ordinal) || line.StartsWith("./eip ", StringComparison.Ordinal))
            spans = spans.Append(line);
        foreach (string span in spans)
        {
            foreach (string part in Call().Split(span).Skip(1))
            {
                string call = part.Split([" && ", " | ", "  #", ", "], StringSplitOptions.None)[0].Split(" # ")[0];
                string[] alternatives = Alternatives().Match(call) is { Success: true } several ? several.Value.Split(["\\|", "|"], StringSplitOptions.None) : [""];
                foreach (string alternative in alternatives)
                {
                    string chosen = alternative.Length == 0 ? call : Alternatives().Replace(call, alternative, 1);
                    chosen = Alternatives().Replace(chosen, static match => match.Value.Split('\\', '|')[0]).Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
                    yield return string.Join(' ', chosen.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static word => Values.GetValueOrDefault(word, word)));
                }
            }
        }
    }

    // Where a document only names a command.
    private static bool IsMissing(string message) =>
        message.EndsWith("is required.", StringComparison.Ordinal) || message.StartsWith("Required argument missing for command", StringComparison.Ordinal);

    private static bool IsTheScripts(string call) => call.Split(' ')[0] is "cluster" or "silo" or "test"
        || call.Contains("--cluster", StringComparison.Ordinal) || call.Contains("--search", StringComparison.Ordinal) || call is "dead-letters show";

    [GeneratedRegex("`(?<call>(\\./)?eip [^`]+)`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Span();

    [GeneratedRegex("(?<![A-Za-z0-9_/=-])(\\./)?eip ", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Call();

    [GeneratedRegex("[a-z-]+(\\\\?\\|[a-z-]+)+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Alternatives();
}

using System.CommandLine;
using System.CommandLine.Parsing;
using Eip.Cli.Commands;

namespace Eip.Cli.Tests;

public sealed class OptionTests
{
    private static readonly string[] NoNumbers = ["abc", "1.5", "1e3", "-1", "99999999999999999999", ""];

    // By what stands for the value in help: texts that are no value of it.
    private static readonly Dictionary<string, string[]> Refused = new(StringComparer.Ordinal)
    {
        ["N"] = NoNumbers,
        ["S"] = NoNumbers,
        ["T"] = ["yesterday", "2018-13-01", "2018-02-30", "10000-01-01", "2018-01-01T25:00:00Z", "2018-01-01 10:00:00", ""],
        ["DURATION"] = ["soon", "-2h", "2h3", "3h1d", "99999999999d", ""],
        ["SHARE"] = ["5", "101%", "-1%", "NaN%", "many", ""],
        ["SPEED"] = ["0", "-1x", "NaN", "Infinity", "1e300", "quick", "d/s", ""],
        ["URL"] = ["nowhere", "localhost:5080", "ftp://localhost", "http://", "http://localhost:99999", ""],
        ["URLS"] = ["notaurl", "http://127.0.0.1:99999", "http://127.0.0.1:abc", "ftp://127.0.0.1:80", "http://127.0.0.1:1;x", ";", ""],
        ["XX"] = ["Rio", "S", "12", ""],
        ["TYPE"] = ["SOLD", "1", ""],
        ["ID"] = ["", "a\tb", new string('x', 300)],
        ["DIR"] = ["", "   ", typeof(OptionTests).Assembly.Location],
        ["FILE"] = ["", "  "],
        ["CONNECTION"] = ["abc", "Host", "Host=h;Port=many", "Nonsense=1"],
        ["csv|jsonl"] = ["xml", "CSV", ""],
        ["single|per-owner"] = ["both", ""],
    };

    [Fact]
    public void Every_option_of_every_command_refuses_what_is_no_value_of_it_and_names_both()
    {
        int tried = 0;
        foreach (var (path, command, option) in Options())
        {
            string help = option.HelpName ?? throw new InvalidOperationException($"{option.Name} of {command.Name} has no word for its value.");
            foreach (string value in Refused[help])
            {
                var errors = CommandList.Root().Parse([.. path, option.Name, value]).Errors.Select(error => error.Message).ToList();
                errors.ShouldContain(message => message.StartsWith($"{option.Name}: '{value}' is ", StringComparison.Ordinal), $"{string.Join(' ', path)} {option.Name} '{value}': {string.Join(' ', errors)}");
                errors.ShouldAllBe(message => !message.Contains('\n'));
                tried++;
            }
        }

        tried.ShouldBeGreaterThan(200);
    }

    [Fact]
    public void Every_option_with_a_value_says_so_when_the_value_is_missing()
    {
        foreach (var (path, _, option) in Options())
            CommandList.Root().Parse([.. path, option.Name]).Errors.ShouldContain(error => error.Message.Contains(option.Name), option.Name);
    }

    [Fact]
    public void Every_example_in_every_help_is_a_command_line_that_is_accepted()
    {
        int examples = 0;
        foreach (var (path, _) in Commands(CommandList.Root(), []))
        {
            var help = new StringWriter();
            CommandList.Root().Parse([.. path, "--help"]).Invoke(new InvocationConfiguration { Output = help }).ShouldBe(0);
            foreach (string line in help.ToString().Split('\n'))
            {
                foreach (string part in line.Split("./eip ").Skip(1))
                {
                    string call = part.Split([" | ", " && ", ")"], StringSplitOptions.None)[0];
                    // These two are the script's own.
                    if (call.Contains("--cluster", StringComparison.Ordinal) || call.Contains("--search", StringComparison.Ordinal))
                        continue;
                    CommandList.Root().Parse([.. CommandLineParser.SplitCommandLine(call.Replace('\'', '"'))]).Errors.ShouldBeEmpty(call);
                    examples++;
                }
            }
        }

        examples.ShouldBeGreaterThan(30);
    }

    [Theory]
    [InlineData("lnaes", "Did you mean 'lanes'?")]
    [InlineData("log cta", "Did you mean 'cat'?")]
    [InlineData("lanes --wrost", "Did you mean '--worst'?")]
    [InlineData("lanes --hoem x", "Did you mean '--home'?")]
    [InlineData("log", "log needs a command: stats, cat")]
    public void A_slip_is_answered_with_what_was_meant(string line, string expected)
    {
        var error = Console.Error;
        var told = new StringWriter();
        Console.SetError(told);
        try
        {
            CommandLineMistake(line).ShouldBe(ExitCodes.Usage);
        }
        finally
        {
            Console.SetError(error);
        }

        told.ToString().ShouldContain(expected);
        told.ToString().ShouldContain("Try: ./eip ");
    }

    private static int CommandLineMistake(string line) => Eip.Cli.CommandLine.Mistakes.Report(CommandList.Root().Parse(line.Split(' ')));

    private static IEnumerable<(string[] Path, Command Command, Option Option)> Options() =>
        from found in Commands(CommandList.Root(), [])
        from option in found.Command.Options
        where option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool)
        select (found.Path, found.Command, option);

    private static IEnumerable<(string[] Path, Command Command)> Commands(Command command, string[] path)
    {
        yield return (path, command);
        foreach (var found in command.Subcommands.SelectMany(sub => Commands(sub, [.. path, sub.Name])))
            yield return found;
    }
}

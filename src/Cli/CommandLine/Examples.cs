using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Eip.Cli.CommandLine;

/// <summary>Puts examples below the help of a command.</summary>
internal static class Examples
{
    public static Command WithExamples(this Command command, params string[] lines) => command.WithHelp("Examples:", [.. lines.Select(CommandLineText.Example)]);

    /// <summary>Puts a titled list below the help, and below what further lists there are.</summary>
    public static Command WithHelp(this Command command, string title, params string[] lines)
    {
        var option = command.Options.OfType<HelpOption>().FirstOrDefault();
        if (option is null)
            command.Options.Add(option = new HelpOption { Action = new HelpWithLists(new HelpAction()) });
        ((HelpWithLists)option.Action!).Lists.Add((title, lines));
        return command;
    }

    private sealed class HelpWithLists(HelpAction help) : SynchronousCommandLineAction
    {
        public List<(string Title, string[] Lines)> Lists { get; } = [];

        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int result = help.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            foreach (var (title, lines) in Lists)
            {
                output.WriteLine(title);
                foreach (string line in lines)
                    output.WriteLine($"  {line}");
                output.WriteLine();
            }

            return result;
        }
    }
}

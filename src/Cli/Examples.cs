using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Eip.Cli;

/// <summary>Puts examples below the help of a command.</summary>
internal static class Examples
{
    public static Command WithExamples(this Command command, params string[] lines)
    {
        command.Options.Add(new HelpOption { Action = new HelpWithExamples(lines) });
        return command;
    }

    private sealed class HelpWithExamples(string[] lines) : SynchronousCommandLineAction
    {
        private readonly HelpAction help = new();

        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int result = help.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (string line in lines)
                output.WriteLine($"  {line}");
            output.WriteLine();
            return result;
        }
    }
}

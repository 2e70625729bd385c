using System.CommandLine;
using Eip.Pipeline.Text;

namespace Eip.Cli.CommandLine;

/// <summary>What a user is told about a command line that cannot be carried out: what is wrong, what may have been meant, and where to look.</summary>
internal static class Mistakes
{
    /// <summary>Tells it on standard error.</summary>
    /// <returns>The exit code.</returns>
    public static int Report(ParseResult parsed)
    {
        foreach (string line in Lines(parsed))
            Console.Error.WriteLine(Printable.Line($"eip: {line}"));
        Console.Error.WriteLine($"Try: {CommandLineText.Of(PathOf(parsed) + "--help")}");
        return ExitCodes.Usage;
    }

    private static IEnumerable<string> Lines(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [var unknown, ..])
            return [Unknown(command, unknown)];
        if (command.Subcommands.Count > 0 && command.Action is null)
            return [$"{PathOf(parsed)}needs a command: {string.Join(", ", command.Subcommands.Select(static sub => sub.Name))}."];
        return parsed.Errors.Select(static error => error.Message).Distinct(StringComparer.Ordinal);
    }

    private static string Unknown(Command command, string token)
    {
        bool isOption = token.StartsWith('-') && token.Length > 1;
        var known = isOption
            ? command.Options.Append(CommonOptions.Home).SelectMany(static option => option.Aliases.Prepend(option.Name))
            : command.Subcommands.Select(static sub => sub.Name);
        string kind = isOption ? "an option" : command.Subcommands.Count > 0 ? "a command" : "expected";
        string text = $"'{token}' is not {kind} here.";
        string? meant = known.Select(name => (Name: name, Distance: Distance(name, token))).Where(near => near.Distance <= Math.Max(1, token.Length / 3))
            .OrderBy(static near => near.Distance).Select(static near => near.Name).FirstOrDefault();
        return meant is null ? text : $"{text} Did you mean '{meant}'?";
    }

    private static string PathOf(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var at = parsed.CommandResult; at is not null; at = at.Parent as System.CommandLine.Parsing.CommandResult)
        {
            if (at.Command is not RootCommand)
                names.Push(at.Command.Name);
        }

        return names.Count == 0 ? "" : string.Join(' ', names) + " ";
    }

    // Letters to add, remove or change, two that changed places counted as one.
    private static int Distance(string left, string right)
    {
        int[,] cost = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++)
        {
            for (int j = 0; j <= right.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    cost[i, j] = i + j;
                    continue;
                }

                int least = Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    least = Math.Min(least, cost[i - 2, j - 2] + 1);
                cost[i, j] = least;
            }
        }

        return cost[left.Length, right.Length];
    }
}

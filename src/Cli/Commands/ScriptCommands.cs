using System.CommandLine;
using Eip.Cli.CommandLine;

namespace Eip.Cli.Commands;

/// <summary>The commands that the script <c>eip</c> carries out without this program: they stand in its help, and are completed.</summary>
internal static class ScriptCommands
{
    public static IEnumerable<Command> All() =>
    [
        Of("silo", "One silo of the cluster in the foreground."),
        new Command("cluster", "Several silos on this machine against given servers.")
        {
            Of("up", "Starts silos, and those again that died."), Of("status", "What runs, and how far it is."), Of("down", "Stops them."),
        },
        Of("test", "Runs the tests."),
    ];

    private static Command Of(string name, string description) => new Command(name, description).Runs(static parsed => throw new UserErrorException(
        $"'{parsed.CommandResult.Command.Name}' is carried out by the script: {CommandLineText.Program}, at the root of the source.", ExitCodes.Usage));
}

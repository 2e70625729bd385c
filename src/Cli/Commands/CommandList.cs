using System.CommandLine;
using Eip.Cli.CommandLine;

namespace Eip.Cli.Commands;

/// <summary>Every command, in the order in which help shows them.</summary>
internal static class CommandList
{
    /// <summary>The whole command line.</summary>
    public static RootCommand Root()
    {
        var root = new RootCommand("Restores a shop's history as fulfillment events, replays it, and finds the orders and lanes in trouble.");
        foreach (var command in All().Concat(ScriptCommands.All()))
            root.Subcommands.Add(command);
        root.Options.Add(CommonOptions.Home);
        return root;
    }

    private static IEnumerable<Command> All() =>
    [
        DemoCommand.Create(),
        GenerateCommand.Create(),
        BackfillCommand.Create(),
        ReplayCommand.Create(),
        WindowCommand.Create(),
        ScenarioCommand.Create(),
        VerifyCommand.Create(),
        RebuildCommand.Create(),
        CardCommand.Create(),
        LanesCommand.Create(),
        ExportCommand.Create(),
        DigestCommand.Create(),
        TailCommand.Create(),
        StatusCommand.Create(),
        DeadLettersCommand.Create(),
        LogCommand.Create(),
        ServeCommand.Create(),
        BenchCommand.Create(),
        DoctorCommand.Create(),
        CompletionCommand.Create(),
    ];
}

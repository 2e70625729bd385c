using System.CommandLine;

namespace Eip.Cli.Commands;

/// <summary>Every command, in the order in which help shows them.</summary>
internal static class CommandList
{
    public static IEnumerable<Command> All() =>
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
    ];
}

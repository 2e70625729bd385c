using System.CommandLine;

namespace Eip.Cli.Commands;

/// <summary>Every command, in the order in which help shows them.</summary>
internal static class CommandList
{
    public static IEnumerable<Command> All() =>
    [
        BackfillCommand.Create(),
        RebuildCommand.Create(),
        CardCommand.Create(),
        LanesCommand.Create(),
        ExportCommand.Create(),
        DigestCommand.Create(),
        LogCommand.Create(),
        ServeCommand.Create(),
        DoctorCommand.Create(),
    ];
}

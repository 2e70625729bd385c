using System.CommandLine;
using Eip.Cli;
using Eip.Cli.Commands;

var root = new RootCommand("Restores a shop's history as fulfillment events, replays it, and finds the orders and lanes in trouble.");
foreach (var command in CommandList.All())
    root.Subcommands.Add(command);
root.Options.Add(CommonOptions.Home);

var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
        Console.Error.WriteLine($"eip: {error.Message}");
    string path = parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ";
    Console.Error.WriteLine($"Try: eip {path}--help");
    return ExitCodes.Usage;
}

return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });

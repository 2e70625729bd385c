using Eip.Cli;
using Eip.Cli.CommandLine;
using Eip.Cli.Commands;
using Eip.Pipeline.Text;

Terminal.Guard();
try
{
    var parsed = CommandList.Root().Parse(args.Length == 0 ? ["--help"] : args);
    return parsed.Errors.Count > 0
        ? Mistakes.Report(parsed)
        : await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (IOException exception)
{
    // Standard output, which help and version are written to, takes no more.
    await Console.Error.WriteLineAsync(Printable.Line($"eip: standard output cannot be written: {exception.Message}"));
    return ExitCodes.Failure;
}

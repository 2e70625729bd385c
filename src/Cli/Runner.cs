using System.CommandLine;
using Eip.Pipeline.Text;

namespace Eip.Cli;

/// <summary>A command that cannot go on, for a reason that its user can act on.</summary>
internal sealed class UserErrorException(string message, int exitCode = ExitCodes.Failure) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>Runs a command's work, and turns what stops it into one line and an exit code.</summary>
internal static class Runner
{
    /// <summary>Makes <paramref name="work"/> the action of a command.</summary>
    public static Command Runs(this Command command, Func<ParseResult, CancellationToken, Task<int>> work)
    {
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var interruption = new Interruption(cancellationToken);
            try
            {
                return await work(parsed, interruption.Token);
            }
            catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync("eip: stopped");
                return ExitCodes.Interrupted;
            }
            catch (Exception exception) when (ErrorMessages.For(exception) is { } error)
            {
                await Console.Error.WriteLineAsync(Printable.Line($"eip: {error.Message}"));
                return error.ExitCode;
            }
            catch (Exception exception)
            {
                await Console.Error.WriteLineAsync($"eip: a defect of this program: {exception}");
                return ExitCodes.Failure;
            }
        });
        return command;
    }

    /// <summary>Makes <paramref name="work"/>, which runs on the calling thread and can be stopped, the action of a command.</summary>
    public static Command Runs(this Command command, Func<ParseResult, CancellationToken, int> work) =>
        command.Runs((parsed, cancellationToken) => Task.FromResult(work(parsed, cancellationToken)));

    /// <summary>Makes <paramref name="work"/>, which does not wait for anything, the action of a command.</summary>
    public static Command Runs(this Command command, Func<ParseResult, int> work) => command.Runs((parsed, _) => Task.FromResult(work(parsed)));
}

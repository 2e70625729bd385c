using System.Net.Sockets;
using Eip.Cli.CommandLine;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Log;
using Eip.Pipeline.Ports;
using Eip.Simulator.Olist;
using Eip.Simulator.Scenarios;
using Eip.Simulator.Sinks;
using Eip.Storage.Postgres;

namespace Eip.Cli;

/// <summary>What a user is told about an exception, and the exit code that goes with it.</summary>
internal static class ErrorMessages
{
    /// <summary>The message for a failure that has a cause outside the program; null for a defect, which keeps its stack trace.</summary>
    public static (string Message, int ExitCode)? For(Exception exception) => exception switch
    {
        UserErrorException error => (error.Message, error.ExitCode),
        AggregateException { InnerExceptions: [var single] } => For(single),
        LogBusyException => (exception.Message, ExitCodes.Busy),
        DataSetException or PostgresStorageException or ReplayTargetException => (exception.Message, ExitCodes.Failure),
        ScenarioException or SettingException => (exception.Message, ExitCodes.Usage),
        LogDamagedException => ($"{exception.Message} Look further with: {CommandLineText.Of("doctor")}; keep what is whole with: {CommandLineText.Of("log repair")}", ExitCodes.Failure),
        ProjectionFailedException { InnerException: { } cause } when For(cause) is { } known => known,
        IOException or UnauthorizedAccessException or SocketException => (exception.Message, ExitCodes.Failure),
        _ => null,
    };
}

using System.CommandLine;
using Eip.Domain;
using Eip.Pipeline;
using Eip.Pipeline.Log;

namespace Eip.Cli;

/// <summary>Opens what a command works on, and checks the values that name it.</summary>
internal static class OpenedHome
{
    public static Home Of(ParseResult parsed) => Home.Resolve(parsed.GetValue(CommonOptions.Home));

    /// <summary>The log of the home, beside whoever writes it.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    public static EventLog LogForReading(ParseResult parsed)
    {
        var home = Of(parsed);
        ThrowIfEmpty(home);
        return EventLog.OpenForReading(home.Log);
    }

    /// <exception cref="UserErrorException">The text is no order id.</exception>
    public static OrderId ParseOrderId(string text) => OrderId.TryParse(text, out var id)
        ? id
        : throw new UserErrorException($"'{text}' is not an order id.", ExitCodes.Usage);

    /// <exception cref="UserErrorException">The range ends before it begins.</exception>
    public static void ThrowIfReversed(EventTime? from, EventTime? to)
    {
        if (from > to)
            throw new UserErrorException($"--from {from} lies after --to {to}.", ExitCodes.Usage);
    }

    /// <exception cref="UserErrorException">The home holds no log yet.</exception>
    public static void ThrowIfEmpty(Home home)
    {
        if (!Directory.Exists(home.Log))
            throw new UserErrorException($"There is no event log in '{home.Path}'. Fill it with: eip backfill --data DIR, or: eip demo", ExitCodes.NotFound);
    }
}

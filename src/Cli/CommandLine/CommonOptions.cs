using System.CommandLine;
using Eip.Domain;
using Eip.Simulator.Sinks;
using Npgsql;

namespace Eip.Cli.CommandLine;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary>The greatest whole number of an option that has no bound of its own.</summary>
    public const long Unbounded = int.MaxValue;

    /// <summary>The home folder; every command has it.</summary>
    public static readonly Option<string?> Home = CreateHome();

    public static Option<string?> Data(bool required)
    {
        var option = Values.Path("--data", "DIR", "Folder with the Olist files: orders, order items, customers and sellers.", isFolder: true);
        option.Required = required;
        return option;
    }

    public static Option<string?> OptionalData() => Values.Path("--data", "DIR", "Folder with the Olist files that replays are made from.", isFolder: true);

    public static Option<string?> Postgres() => Values.Option<string?>(
        "--postgres", "CONNECTION", "Also write route_stats_daily to this PostgreSQL. Default: $EIP_POSTGRES, else none.",
        "a connection string such as 'Host=localhost;Database=eip;Username=eip'", static (text, out value) => IsConnection(value = text));

    /// <summary>A running system to ask, in place of the home.</summary>
    public static Option<Uri?> Target() =>
        Values.Url("--target", $"Ask a running system, such as http://localhost:5080; ${HttpSink.KeyVariable} holds its API key.");

    public static Option<long> Seed(string description) => Values.Whole("--seed", "S", description, 0, long.MaxValue, 1);

    public static Option<EventType[]> Types(string description) => Values.Many<EventType>(
        "--type", "TYPE", description, $"one of {string.Join(", ", EventTypes.All.Select(static known => known.Name()))}",
        static (text, out type) => EventTypes.TryParse(text.ToUpperInvariant(), out type));

    public static Option<OrderId?> Order(string description) => Values.Option<OrderId?>("--order", "ID", description, "an order id", static (text, out value) =>
    {
        bool read = OrderId.TryParse(text, out var id);
        value = id;
        return read;
    });

    /// <summary>A moment: <c>2018-03-01</c> or <c>2018-03-01T12:00:00Z</c>. A bare date means its first second, or its last where a range ends.</summary>
    public static Option<EventTime?> Moment(string name, string description, bool endOfDay = false) => Values.Option<EventTime?>(
        name, "T", description + " (yyyy-MM-dd or yyyy-MM-ddTHH:mm:ssZ).", "a date of the form yyyy-MM-dd, nor a time of the form yyyy-MM-ddTHH:mm:ssZ",
        (text, out value) =>
        {
            bool read = EventTime.TryParse(text, out var time) || EventTime.TryParseParts(text, endOfDay ? "23:59:59" : "00:00:00", out time);
            value = time;
            return read;
        });

    private static Option<string?> CreateHome()
    {
        var option = Values.Path("--home", "DIR", "Folder of the log and its projections. Default: $EIP_HOME, else .eip in the current folder.", isFolder: true);
        option.Recursive = true;
        return option;
    }

    // An empty text stands for none, where the environment names one.
    private static bool IsConnection(string text)
    {
        try
        {
            return text.Length == 0 || new NpgsqlConnectionStringBuilder(text) is { Host.Length: > 0 };
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return false;
        }
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using Eip.Domain;

namespace Eip.Cli;

/// <summary>Options and value forms that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary>The home folder; every command has it.</summary>
    public static readonly Option<string?> Home = new("--home")
    {
        Description = "Folder of the log and its projections. Default: $EIP_HOME, else .eip in the current folder.",
        HelpName = "DIR",
        Recursive = true,
    };

    public static Option<string> Data(bool required) => new("--data")
    {
        Description = "Folder with the Olist files: orders, order items, customers and sellers.",
        HelpName = "DIR",
        Required = required,
    };

    public static Option<string?> OptionalData() => new("--data")
    {
        Description = "Folder with the Olist files that replays are made from.",
        HelpName = "DIR",
    };

    public static Option<string?> Postgres() => new("--postgres")
    {
        Description = "Also write route_stats_daily to this PostgreSQL. Default: $EIP_POSTGRES, else none.",
        HelpName = "CONNECTION",
    };

    /// <summary>A moment: <c>2018-03-01</c> or <c>2018-03-01T12:00:00Z</c>. A bare date means its first second, or its last where a range ends.</summary>
    public static Option<EventTime?> Moment(string name, string description, bool endOfDay = false) => new(name)
    {
        Description = description + " (yyyy-MM-dd or yyyy-MM-ddTHH:mm:ssZ)",
        HelpName = "T",
        CustomParser = result => ParseMoment(result, endOfDay),
    };

    /// <summary>Refuses smaller numbers, naming the option.</summary>
    public static void AtLeast<T>(this Option<T> option, T least)
        where T : struct, IComparable<T> => option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !result.Errors.Any() && result.GetValueOrDefault<T>().CompareTo(least) < 0)
                result.AddError($"{option.Name}: {result.Tokens[^1].Value} is less than {least}.");
        });

    private static EventTime? ParseMoment(ArgumentResult result, bool endOfDay)
    {
        string text = result.Tokens[^1].Value;
        if (EventTime.TryParse(text, out var time))
            return time;
        if (EventTime.TryParseParts(text, endOfDay ? "23:59:59" : "00:00:00", out time))
            return time;
        string option = (result.Parent as OptionResult)?.Option.Name ?? "the argument";
        result.AddError($"{option}: '{text}' is neither a date of the form yyyy-MM-dd nor a time of the form yyyy-MM-ddTHH:mm:ssZ.");
        return null;
    }
}

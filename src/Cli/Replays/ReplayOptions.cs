using System.CommandLine;
using System.CommandLine.Parsing;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Simulator.Faults;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;

namespace Eip.Cli.Replays;

/// <summary>The options that every mode of replaying has: filters, trouble, and where the events go.</summary>
internal sealed class ReplayOptions
{
    private readonly Option<string[]> orders = Many("--order", "ID", "Only events of this order; may be repeated.");
    private readonly Option<string[]> sellers = Many("--seller-region", "XX", "Only events with this seller region; may be repeated.");
    private readonly Option<string[]> customers = Many("--customer-region", "XX", "Only events with this customer region; may be repeated.");
    private readonly Option<string[]> types = Many("--type", "TYPE", "Only events of this type, such as DELIVERED; may be repeated.");
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Emit nothing; print what would be emitted, by day and type." };
    private readonly Option<int?> maxRate = new("--max-rate") { Description = "The most events emitted in a second.", HelpName = "N" };
    private readonly Option<double> duplicates = ShareOption("--duplicates", "Emit this share of the events twice, such as 5%.");
    private readonly Option<TimeSpan> shuffle = DurationOption("--shuffle", "Emit events out of order within this window of event time, such as 2h.");
    private readonly Option<double> drop = ShareOption("--drop", "Leave this share of the events out.");
    private readonly Option<bool> thenResend = new("--then-resend") { Description = "Send what --drop left out after everything else." };
    private readonly Option<TimeSpan> late = DurationOption("--late", "Emit some events this much later, such as 3d.");
    private readonly Option<double> lateShare = ShareOption("--late-share", "The share of events that --late delays; 5% by default.");
    private readonly Option<double> corrupt = ShareOption("--corrupt", "Emit a malformed line before this share of the events; they end as dead letters.");
    private readonly Option<long> seed = new("--seed") { Description = "The seed of all trouble; 1 by default.", HelpName = "N", DefaultValueFactory = static _ => 1 };
    private readonly Option<string?> layout = new("--layout") { Description = "single: one log. per-owner: a producer each for OMS, WMS and TMS, fanned in." };

    public ReplayOptions()
    {
        layout.AcceptOnlyFromAmong("single", "per-owner");
        maxRate.Validators.Add(static result => Positive(result));
        seed.AtLeast(0);
    }

    /// <summary>The option for a running system.</summary>
    public Option<string?> Target { get; } = new("--target")
    {
        Description = $"Send the events to a running system, such as http://localhost:5080; ${HttpSink.KeyVariable} holds its API key.", HelpName = "URL",
    };

    /// <summary>The option for files.</summary>
    public Option<string?> Out { get; } = new("--out")
    {
        Description = "Write the events as JSON lines to a file, to a folder with --layout per-owner, or to standard output (-).", HelpName = "FILE",
    };

    /// <summary>Begins anew.</summary>
    public Option<bool> Restart { get; } = new("--restart") { Description = "Forget the checkpoint of a run of the same plan that was stopped, and begin again." };

    /// <summary>Whether only counts are wanted.</summary>
    public bool IsDryRun(ParseResult parsed) => parsed.GetValue(dryRun);

    /// <summary>Gives a command these options.</summary>
    public Command AddTo(Command command)
    {
        foreach (var option in new Option[] { orders, sellers, customers, types, dryRun, Target, Out, layout, maxRate, Restart, duplicates, shuffle, drop, thenResend, late, lateShare, corrupt, seed })
            command.Options.Add(option);
        return command;
    }

    /// <summary>Whether any of them was given: then a backfill goes through the replay driver.</summary>
    public bool AnyGiven(ParseResult parsed) => new Option[]
    {
        orders, sellers, customers, types, dryRun, Target, Out, layout, maxRate, Restart, duplicates, shuffle, drop, thenResend, late, lateShare, corrupt, seed,
    }.Any(option => parsed.GetResult(option) is { Implicit: false });

    /// <summary>The plan that the options describe.</summary>
    /// <exception cref="UserErrorException">A value has not its form.</exception>
    public ReplayPlan Plan(ParseResult parsed, ReplayMode mode) => new()
    {
        Mode = mode,
        MaxRate = parsed.GetValue(maxRate),
        Layout = parsed.GetValue(layout) == "per-owner" ? TopicLayout.PerOwner : TopicLayout.One,
        Filter = new ReplayFilter
        {
            Orders = Set(parsed, orders, "an order id", static text => OrderId.TryParse(text, out var id) ? id : (OrderId?)null),
            SellerRegions = Set(parsed, sellers, "a region of two capital letters", static text => Region.TryParse(text, out var region) ? region : (Region?)null),
            CustomerRegions = Set(parsed, customers, "a region of two capital letters", static text => Region.TryParse(text, out var region) ? region : (Region?)null),
            Types = Set(parsed, types, $"one of {string.Join(", ", EventTypes.All.Select(static type => type.Name()))}", static text => EventTypes.TryParse(text, out var type) ? type : (EventType?)null),
        },
        Faults = new FaultPlan
        {
            Duplicates = parsed.GetValue(duplicates),
            Shuffle = parsed.GetValue(shuffle),
            Drop = parsed.GetValue(drop),
            ThenResend = parsed.GetValue(thenResend),
            Late = parsed.GetValue(late),
            LateShare = parsed.GetResult(lateShare) is null ? FaultPlan.None.LateShare : parsed.GetValue(lateShare),
            Corrupt = parsed.GetValue(corrupt),
            Seed = (ulong)parsed.GetValue(seed),
        },
    };

    /// <summary>The name of the option that a field of a plan comes from.</summary>
    public static string OptionOf(string field) => "--" + string.Concat(field.Select(static letter => char.IsUpper(letter) ? "-" + char.ToLowerInvariant(letter) : letter.ToString()));

    /// <summary>An option of a duration.</summary>
    public static Option<TimeSpan> DurationOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        CustomParser = static result =>
        {
            if (Durations.TryParse(result.Tokens[^1].Value, out var duration))
                return duration;
            Refuse(result, "is not a duration such as 90s, 2h or 3d.");
            return default;
        },
    };

    /// <summary>Refuses a value, naming option and value.</summary>
    public static void Refuse(ArgumentResult result, string reason) =>
        result.AddError($"{(result.Parent as OptionResult)?.Option.Name}: '{result.Tokens[^1].Value}' {reason}");

    private static Option<double> ShareOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "SHARE",
        CustomParser = static result =>
        {
            if (Share.TryParse(result.Tokens[^1].Value, out double share) && share is >= 0 and <= 1)
                return share;
            Refuse(result, "is not a share from 0% to 100%, such as 5%.");
            return default;
        },
    };

    private static Option<string[]> Many(string name, string value, string description) => new(name) { Description = description, HelpName = value };

    private static void Positive(OptionResult result)
    {
        if (!result.Errors.Any() && result.GetValueOrDefault<int?>() <= 0)
            result.AddError($"{result.Option.Name}: {result.Tokens[^1].Value} is not greater than zero.");
    }

    private static HashSet<T> Set<T>(ParseResult parsed, Option<string[]> option, string form, Func<string, T?> read)
        where T : struct
    {
        var set = new HashSet<T>();
        foreach (string text in parsed.GetValue(option) ?? [])
            set.Add(read(text) ?? throw new UserErrorException($"{option.Name}: '{text}' is not {form}.", ExitCodes.Usage));
        return set;
    }
}

using System.CommandLine;
using Eip.Cli.CommandLine;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Pipeline.Text;
using Eip.Simulator.Faults;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;

namespace Eip.Cli.Replays;

/// <summary>The options that every mode of replaying has: filters, trouble, and where the events go.</summary>
internal sealed class ReplayOptions
{
    private readonly Option<OrderId[]> orders = Values.Many<OrderId>("--order", "ID", "Only events of this order.", "an order id", static (text, out id) => OrderId.TryParse(text, out id));
    private readonly Option<Region[]> sellers = Regions("--seller-region", "Only events with this seller region.");
    private readonly Option<Region[]> customers = Regions("--customer-region", "Only events with this customer region.");
    private readonly Option<EventType[]> types = CommonOptions.Types("Only events of this type, such as DELIVERED.");
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Emit nothing; print what would be emitted, by day and type." };
    private readonly Option<long?> maxRate = Values.MaybeWhole("--max-rate", "N", "The most events emitted in a second.", 1, CommonOptions.Unbounded);
    private readonly Option<double> duplicates = ShareOption("--duplicates", "Emit this share of the events twice, such as 5%.");
    private readonly Option<TimeSpan> shuffle = DurationOption("--shuffle", "Emit events out of order within this window of event time, such as 2h.");
    private readonly Option<double> drop = ShareOption("--drop", "Leave this share of the events out.");
    private readonly Option<bool> thenResend = new("--then-resend") { Description = "Send what --drop left out after everything else." };
    private readonly Option<TimeSpan> late = DurationOption("--late", "Emit some events this much later, such as 3d.");
    private readonly Option<double> lateShare = ShareOption("--late-share", "The share of events that --late delays; 5% by default.");
    private readonly Option<double> corrupt = ShareOption("--corrupt", "Emit a malformed line before this share of the events; they end as dead letters.");
    private readonly Option<long> seed = CommonOptions.Seed("The seed of all trouble; 1 by default.");
    private readonly Option<string?> layout =
        Values.Word("--layout", "single: one log. per-owner: a producer each for OMS, WMS and TMS, fanned in.", null, "single", "per-owner");

    /// <summary>The option for a running system.</summary>
    public Option<Uri?> Target { get; } =
        Values.Url("--target", $"Send the events to a running system, such as http://localhost:5080; ${HttpSink.KeyVariable} holds its API key.");

    /// <summary>The option for files.</summary>
    public Option<string?> Out { get; } =
        Values.Path("--out", "FILE", "Write the events as JSON lines to a file, to a folder with --layout per-owner, or to standard output (-).", isFolder: false);

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
        MaxRate = (int?)parsed.GetValue(maxRate),
        Layout = parsed.GetValue(layout) == "per-owner" ? TopicLayout.PerOwner : TopicLayout.One,
        Filter = new ReplayFilter
        {
            Orders = Set(parsed, orders),
            SellerRegions = Set(parsed, sellers),
            CustomerRegions = Set(parsed, customers),
            Types = Set(parsed, types),
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
    public static Option<TimeSpan> DurationOption(string name, string description) => Values.Option<TimeSpan>(
        name, "DURATION", description, DurationText.Forms, static (text, out duration) => DurationText.TryParse(text, out duration));

    private static Option<double> ShareOption(string name, string description) => Values.Option<double>(
        name, "SHARE", description, "a share from 0% to 100%, such as 5%", static (text, out share) => Share.TryParse(text, out share) && share is >= 0 and <= 1);

    private static Option<Region[]> Regions(string name, string description) => Values.Many<Region>(
        name, "XX", description, "a region of two capital letters", static (text, out region) => Region.TryParse(text.ToUpperInvariant(), out region));

    private static HashSet<T> Set<T>(ParseResult parsed, Option<T[]> option) => parsed.GetValue(option)?.ToHashSet() ?? [];
}

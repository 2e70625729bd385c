using System.Security.Cryptography;
using System.Text;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Pipeline.Text;
using Eip.Simulator.Faults;
using Eip.Simulator.Sinks;

namespace Eip.Simulator.Replay;

/// <summary>What one replay does. Backfill, scaled-time replay and window backfill differ in two things only: the range, and whether a clock paces it.</summary>
public sealed record ReplayPlan
{
    /// <summary>The mode.</summary>
    public required ReplayMode Mode { get; init; }

    /// <summary>First moment, included. Null means the beginning; for <see cref="ReplayMode.Replay"/>, where the sink's watermark stands.</summary>
    public EventTime? From { get; init; }

    /// <summary>Last moment, included; null means the end.</summary>
    public EventTime? To { get; init; }

    /// <summary>Virtual seconds in a real second, for <see cref="ReplayMode.Replay"/>.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>The longest real pause that is kept between two events; null keeps every gap.</summary>
    public TimeSpan? MaxGap { get; init; }

    /// <summary>The most events emitted in a real second; null sets no bound.</summary>
    public int? MaxRate { get; init; }

    /// <summary>Which events are taken.</summary>
    public ReplayFilter Filter { get; init; } = ReplayFilter.Everything;

    /// <summary>Trouble on purpose.</summary>
    public FaultPlan Faults { get; init; } = FaultPlan.None;

    /// <summary>How emissions are laid out over topics.</summary>
    public TopicLayout Layout { get; init; }

    /// <summary>Whether a virtual clock paces the emissions.</summary>
    public bool IsPaced => Mode == ReplayMode.Replay;

    /// <summary>The plan that a request over the port describes.</summary>
    public static ReplayPlan Of(ReplayRequest request) => new()
    {
        Mode = request.Mode,
        From = request.From,
        To = request.To,
        Speed = request.Speed,
        MaxGap = request.MaxGap,
        MaxRate = request.MaxRate,
    };

    /// <summary>Checks the plan against the history that it is to replay.</summary>
    /// <exception cref="ReplayRejectedException">It cannot be carried out; the field names the part at fault.</exception>
    public void Validate(IHistory history)
    {
        if (IsPaced && SpeedText.Check(Speed) is { } reason)
            throw new ReplayRejectedException("speed", $"speed: {SpeedText.Format(Speed)} {reason}");
        if (MaxGap is { } gap && gap <= TimeSpan.Zero)
            throw new ReplayRejectedException("maxGap", $"maxGap: {DurationText.Format(gap)} is not greater than zero.");
        if (MaxRate is <= 0)
            throw new ReplayRejectedException("maxRate", $"maxRate: {MaxRate} is not greater than zero.");
        if (Mode == ReplayMode.Window && (From is null || To is null))
            throw new ReplayRejectedException(From is null ? "from" : "to", "A window needs both from and to.");
        if (From > To)
            throw new ReplayRejectedException("from", $"from: {From} lies after to, {To}.");
        Faults.Validate();
        if (history.First is not { } first || history.Last is not { } last)
            throw new ReplayRejectedException("data", $"The data set {history.Identity} holds no events.");
        if (From is { } from && from > last)
            throw new ReplayRejectedException("from", $"from: {from} lies outside the data, which ends at {last}.");
        if (To is { } to && to < first)
            throw new ReplayRejectedException("to", $"to: {to} lies outside the data, which begins at {first}.");
    }

    /// <summary>What the plan emits of a history, beginning at a moment or at its own.</summary>
    public IEnumerable<Emission> Emissions(IHistory history, EventTime? from) =>
        FaultInjector.Emissions(() => history.Read(from, To), Filter, Faults);

    /// <summary>How many emissions that gives.</summary>
    public long Count(IHistory history, EventTime? from, CancellationToken cancellationToken = default)
    {
        bool whole = (from is null || from <= history.First) && (To is null || To >= history.Last);
        return whole && Filter.IsEverything && Faults.IsNone ? history.Count : FaultInjector.Count(history.Read(from, To), Filter, Faults, cancellationToken);
    }

    /// <summary>
    /// Sixteen hexadecimal digits over all that determines what is emitted where, and in which order. Speed, gaps and rate do not: a replay may be
    /// resumed at another speed.
    /// </summary>
    public string Fingerprint(IHistory history, string sinkName)
    {
        string text = string.Join('\n', Mode, From, To, Filter, Faults, Layout, sinkName, history.Identity, history.First, history.Last, history.Count);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
    }

    /// <summary>The plan in one line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Mode.ToString().ToLowerInvariant());
        if (From is { } from)
            text.Append($" from {from}");
        if (To is { } to)
            text.Append($" to {to}");
        if (IsPaced)
            text.Append($" at {SpeedText.Format(Speed)}");
        if (!Filter.IsEverything)
            text.Append($" of {Filter}");
        if (!Faults.IsNone)
            text.Append($" with {Faults}");
        return text.ToString();
    }
}

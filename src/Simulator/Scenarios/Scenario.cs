using Eip.Domain;
using Eip.Pipeline.Text;
using Eip.Simulator.Faults;
using Eip.Simulator.Replay;
using Eip.Simulator.Sinks;

namespace Eip.Simulator.Scenarios;

/// <summary>A sequence of steps, as a scenario file names it.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="File">The file that it was read from.</param>
/// <param name="Steps">The steps, in order.</param>
public sealed record Scenario(string Name, string File, IReadOnlyList<ScenarioStep> Steps);

/// <summary>One step.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Line">Its line in the file, from 1.</param>
public abstract record ScenarioStep(int Number, int Line)
{
    /// <summary>The step in one line.</summary>
    public abstract string Describe();
}

/// <summary>A step that drives history: backfill, replay, incident or repair.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Line">Its line in the file, from 1.</param>
/// <param name="Verb">The step's word in the file.</param>
/// <param name="From">Where it begins; null for the beginning, or where the log stands.</param>
/// <param name="To">Where it ends; null for the end of the data.</param>
/// <param name="Speed">The speed of its clock; null to go as fast as the machine allows.</param>
/// <param name="Faults">Its trouble.</param>
/// <param name="Filter">Which events it takes.</param>
/// <param name="Layout">How events are laid out over topics.</param>
public sealed record DriveStep(
    int Number, int Line, string Verb, ScenarioMoment? From, ScenarioMoment? To, double? Speed, FaultPlan Faults, ReplayFilter Filter, TopicLayout Layout)
    : ScenarioStep(Number, Line)
{
    /// <inheritdoc/>
    public override string Describe()
    {
        string text = Verb;
        if (From is { } from)
            text += $" from {from}";
        if (To is { } to)
            text += $" to {to}";
        if (Speed is { } speed)
            text += $" at {SpeedText.Format(speed)}";
        if (!Filter.IsEverything)
            text += $" of {Filter}";
        return Faults.IsNone ? text : $"{text} with {Faults}";
    }
}

/// <summary>A step that checks what came of the steps before.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Line">Its line in the file, from 1.</param>
/// <param name="Digest">Whether the digest must be that of a clean backfill up to the same moment, or must not; null when it does not matter.</param>
/// <param name="Lag">The most events that may wait to be folded; null when it does not matter.</param>
/// <param name="DeadLetters">How many dead letters there must be; null when it does not matter.</param>
/// <param name="DeadLettersAsEmitted">Whether there must be as many dead letters as the scenario has emitted malformed lines.</param>
public sealed record CheckStep(int Number, int Line, bool? Digest, long? Lag, long? DeadLetters, bool DeadLettersAsEmitted)
    : ScenarioStep(Number, Line)
{
    /// <inheritdoc/>
    public override string Describe()
    {
        var parts = new List<string>();
        if (Digest is { } same)
            parts.Add(same ? "digest of a clean backfill" : "another digest than a clean backfill's");
        if (Lag is { } lag)
            parts.Add($"lag of at most {lag}");
        if (DeadLetters is { } letters)
            parts.Add($"{letters} dead letters");
        if (DeadLettersAsEmitted)
            parts.Add("a dead letter for each malformed line");
        return "check " + string.Join(", ", parts);
    }
}

/// <summary>A moment in a scenario: one of event time, or a share of the data's time span, so that a scenario suits any data set.</summary>
/// <param name="Time">The moment, or null when it is a share.</param>
/// <param name="Share">The share of the span, 0 to 1; meaningful without a moment.</param>
public readonly record struct ScenarioMoment(EventTime? Time, double Share)
{
    /// <summary>The moment within a history.</summary>
    public EventTime In(IHistory history) =>
        Time ?? history.First!.Value + (long)((history.Last!.Value - history.First.Value) * Share);

    /// <inheritdoc/>
    public override string ToString() => Time?.ToString() ?? Faults.Share.Format(Share);
}

/// <summary>A scenario file that cannot be used.</summary>
/// <param name="file">The file.</param>
/// <param name="line">The line at fault, from 1; null when it is the file itself.</param>
/// <param name="reason">What is wrong, in a sentence for people.</param>
public sealed class ScenarioException(string file, int? line, string reason)
    : Exception(line is null ? $"{file}: {reason}" : $"{file}, line {line}: {reason}");

namespace Eip.Pipeline;

/// <summary>The folder that holds everything of one embedded pipeline. Only <see cref="Log"/> and <see cref="DeadLetters"/> cannot be rebuilt.</summary>
/// <param name="Path">The folder's path.</param>
public sealed record Home(string Path)
{
    /// <summary>The environment variable that names the home where no option does.</summary>
    public const string Variable = "EIP_HOME";

    /// <summary>The home where nothing names one, in the current folder.</summary>
    public const string Default = ".eip";

    /// <summary>Segment files of the event log: the truth.</summary>
    public string Log => Of("log");

    /// <summary>Snapshots of the projections; they may be deleted at any time.</summary>
    public string Projections => Of("projections");

    /// <summary>Input that could not be taken.</summary>
    public string DeadLetters => Of("dead-letters");

    /// <summary><c>route_stats_daily</c> as of the last publish.</summary>
    public string RouteStatsFile => Of("route_stats_daily.csv");

    /// <summary>Rows of a data set that could not be read.</summary>
    public string Rejects => Of("rejects.jsonl");

    /// <summary>Where a replay stands.</summary>
    public string Replay => Of("replay");

    /// <summary>The home that an option names, else <c>EIP_HOME</c>, else <c>.eip</c> in the current folder; as a full path.</summary>
    public static Home Resolve(string? option)
    {
        string? variable = Environment.GetEnvironmentVariable(Variable);
        string path = !string.IsNullOrWhiteSpace(option) ? option : !string.IsNullOrWhiteSpace(variable) ? variable : Default;
        return new Home(System.IO.Path.GetFullPath(path));
    }

    private string Of(string name) => System.IO.Path.Combine(Path, name);
}

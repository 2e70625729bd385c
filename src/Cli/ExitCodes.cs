namespace Eip.Cli;

/// <summary>Exit codes of every command; README lists them.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>Something failed that the message names.</summary>
    public const int Failure = 1;

    /// <summary>The command line itself was wrong.</summary>
    public const int Usage = 2;

    /// <summary>All was done, but some input was rejected and set aside.</summary>
    public const int Rejected = 3;

    /// <summary>Another process writes to the home.</summary>
    public const int Busy = 4;

    /// <summary>What was asked for does not exist.</summary>
    public const int NotFound = 5;

    /// <summary>A check found a difference.</summary>
    public const int Different = 6;

    /// <summary>Stopped by Ctrl-C or a termination signal, at a clean point.</summary>
    public const int Interrupted = 130;
}

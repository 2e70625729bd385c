using Microsoft.Extensions.Options;

namespace Eip.Grains.Ingest;

/// <summary>How batches are folded.</summary>
public sealed class IngestOptions
{
    /// <summary>
    /// How long a batch is tried again after a failure of the cluster or a store before the call fails and the stream delivers it anew. Below the
    /// response time-out, so that the stream never delivers a batch that is still being tried. Such failures set nothing aside, however long they last.
    /// </summary>
    public TimeSpan RetryFor { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The first pause between two tries; each further one is twice as long, up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause between two tries.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often an order's fold may fail before its events are set aside; with the pauses between, its partition waits once for about 1.5 s.</summary>
    public int FoldAttempts { get; set; } = 5;

    /// <summary>The pause before the try after a failed one.</summary>
    internal TimeSpan Pause(int failed) =>
        TimeSpan.FromTicks((long)Math.Min(LongestPause.Ticks, FirstPause.Ticks * Math.Pow(2, Math.Min(failed - 1, 30))));
}

/// <summary>Checks <see cref="IngestOptions"/>.</summary>
public sealed class IngestOptionsValidator : IValidateOptions<IngestOptions>
{
    private static readonly TimeSpan MostRetries = TimeSpan.FromSeconds(25);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, IngestOptions options)
    {
        if (options.FoldAttempts < 1)
            return ValidateOptionsResult.Fail($"{nameof(options.FoldAttempts)} is {options.FoldAttempts}; it must be at least 1.");
        if (options.FirstPause <= TimeSpan.Zero || options.LongestPause < options.FirstPause)
            return ValidateOptionsResult.Fail($"{nameof(options.FirstPause)} must be positive and not above {nameof(options.LongestPause)}.");
        return options.RetryFor < TimeSpan.Zero || options.RetryFor > MostRetries
            ? ValidateOptionsResult.Fail($"{nameof(options.RetryFor)} is {options.RetryFor}; it must lie between 0 and {MostRetries}, below the response time-out.")
            : ValidateOptionsResult.Success;
    }
}

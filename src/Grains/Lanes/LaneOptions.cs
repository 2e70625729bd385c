using Microsoft.Extensions.Options;

namespace Eip.Grains.Lanes;

/// <summary>When lanes write their days to <c>route_stats_daily</c>.</summary>
public sealed class LaneOptions
{
    /// <summary>How often a lane looks whether event time has passed midnight, or a late event has changed a closed day.</summary>
    public TimeSpan FlushEvery { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long no event came before the open day is written as well.</summary>
    public TimeSpan IdleAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The period of the reminder that brings back a lane whose silo died before it had written; at least one minute.</summary>
    public TimeSpan RemindEvery { get; set; } = TimeSpan.FromMinutes(2);
}

/// <summary>Checks <see cref="LaneOptions"/>.</summary>
public sealed class LaneOptionsValidator : IValidateOptions<LaneOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, LaneOptions options)
    {
        if (options.FlushEvery <= TimeSpan.Zero)
            return ValidateOptionsResult.Fail($"{nameof(options.FlushEvery)} must be positive.");
        if (options.IdleAfter < options.FlushEvery)
            return ValidateOptionsResult.Fail($"{nameof(options.IdleAfter)} must not be below {nameof(options.FlushEvery)}.");
        return options.RemindEvery < TimeSpan.FromMinutes(1)
            ? ValidateOptionsResult.Fail($"{nameof(options.RemindEvery)} must be at least one minute.")
            : ValidateOptionsResult.Success;
    }
}

using Eip.Domain;

namespace Eip.Grains.Abstractions;

/// <summary>The key of a lane's grain.</summary>
public static class LaneKey
{
    /// <summary>The key of a lane, <c>SP-RJ</c>.</summary>
    public static string Of(Lane lane) => $"{lane.Seller}-{lane.Customer}";

    /// <summary>The lane of a key.</summary>
    /// <exception cref="FormatException">The text is no lane.</exception>
    public static Lane Parse(string key) =>
        Lane.TryParse(key, out var lane) ? lane : throw new FormatException($"'{key}' is not a lane of the form SP-RJ.");
}

namespace Eip.Api.Queries;

/// <summary>A query parameter of an endpoint. The same table refuses unknown parameters and documents the known ones.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it means.</param>
/// <param name="Example">A value that works.</param>
internal sealed record ApiParameter(string Name, string Description, string Example)
{
    /// <summary>Whether it may be given several times, or with several values between commas.</summary>
    public bool Many { get; init; }

    /// <summary>The values that it takes, if they can be listed.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>What stands for it where it is absent, if that can be said.</summary>
    public string? Default { get; init; }

    /// <summary>The least and the greatest whole number that it takes, where its name does not tell.</summary>
    public (int Least, int Most)? Range { get; init; }

    /// <summary>Whether there is no answer without it.</summary>
    public bool Required { get; init; }
}

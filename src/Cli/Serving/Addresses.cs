using Microsoft.AspNetCore.Http;

namespace Eip.Cli.Serving;

/// <summary>The addresses that the host listens on.</summary>
internal static class Addresses
{
    /// <summary>Whether a list, with semicolons, holds nothing but addresses of HTTP.</summary>
    public static bool AreValid(string list)
    {
        string[] addresses = list.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return addresses.Length > 0 && addresses.All(IsValid);
    }

    private static bool IsValid(string address)
    {
        try
        {
            var parsed = BindingAddress.Parse(address);
            // A port that is no number is taken for a part of the host.
            return parsed.Scheme is "http" or "https" && parsed is { Host.Length: > 0, Port: >= 0 and <= ushort.MaxValue, PathBase: "" }
                && (parsed.IsUnixPipe || parsed.IsNamedPipe || !parsed.Host.Contains(':', StringComparison.Ordinal) || parsed.Host[0] == '[');
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }
}

namespace Eip.Api.Tests;

/// <summary>Where the real sample lies, if it does.</summary>
internal static class OlistSample
{
    // Beside the contract's vectors, wherever this runs from.
    public static string? Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string shared = Path.Combine(folder.FullName, "shared");
            if (Directory.Exists(Path.Combine(shared, "contract", "vectors")) && Directory.Exists(Path.Combine(shared, "olist-sample")))
                return Path.Combine(shared, "olist-sample");
        }

        return null;
    }
}

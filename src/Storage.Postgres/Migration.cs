using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Eip.Storage.Postgres;

/// <summary>One step of a schema, from a file named <c>0001_what_it_does.sql</c>. Once released it never changes.</summary>
/// <param name="Version">Its number, which gives the order.</param>
/// <param name="Name">The name of its file.</param>
/// <param name="Sql">Its statements.</param>
public sealed record Migration(int Version, string Name, string Sql)
{
    /// <summary>SHA-256 over the statements with line feeds, as hexadecimal text.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));
}

/// <summary>The steps of one schema, in order.</summary>
/// <param name="Name">The name of the schema in the record of what was applied, such as <c>route_stats</c>.</param>
/// <param name="Migrations">Its steps, by ascending version.</param>
public sealed record MigrationSet(string Name, IReadOnlyList<Migration> Migrations)
{
    /// <summary>The schema of <c>route_stats_daily</c>.</summary>
    public static MigrationSet RouteStats { get; } = FromResources("route_stats", typeof(MigrationSet).Assembly);

    /// <summary>The SQL files that an assembly has embedded from a folder <c>Migrations</c>.</summary>
    /// <exception cref="InvalidOperationException">A file's name does not begin with a number, or two begin with the same.</exception>
    public static MigrationSet FromResources(string name, Assembly assembly)
    {
        var found = new SortedDictionary<int, Migration>();
        foreach (string resource in assembly.GetManifestResourceNames())
        {
            if (!resource.EndsWith(".sql", StringComparison.Ordinal) || FileName(resource) is not { } file)
                continue;
            if (!int.TryParse(file.Split('_')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int version))
                throw new InvalidOperationException($"The migration '{file}' does not begin with its number.");
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            if (!found.TryAdd(version, new Migration(version, file, reader.ReadToEnd())))
                throw new InvalidOperationException($"The migrations '{found[version].Name}' and '{file}' have one number.");
        }

        return new MigrationSet(name, [.. found.Values]);
    }

    // Resources are named by path or, by default, with dots: "Migrations/0001_x.sql", "Some.Assembly.Migrations.0001_x.sql".
    private static string? FileName(string resource)
    {
        const string Folder = "Migrations";
        int at = resource.LastIndexOf(Folder, StringComparison.Ordinal);
        return at < 0 ? null : resource[(at + Folder.Length + 1)..];
    }
}

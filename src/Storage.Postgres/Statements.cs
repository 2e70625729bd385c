namespace Eip.Storage.Postgres;

/// <summary>The statements of the folder <c>Sql</c>.</summary>
internal static class Statements
{
    public static string Stage { get; } = Load("stage");

    public static string StageRemoved { get; } = Load("stage_removed");

    public static string Upsert { get; } = Load("upsert");

    public static string DeleteRemoved { get; } = Load("delete_removed");

    public static string DeleteAbsent { get; } = Load("delete_absent");

    public static string ReadAll { get; } = Load("read_all");

    private static string Load(string name)
    {
        using var reader = new StreamReader(typeof(Statements).Assembly.GetManifestResourceStream($"Sql/{name}.sql")!);
        return reader.ReadToEnd();
    }
}

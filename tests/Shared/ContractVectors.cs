using System.Buffers;
using System.Text;
using Eip.Domain;

namespace Eip.Tests;

/// <summary>Folders of the contract's vectors: this repository's own, and those that may lie beside it.</summary>
public static class ContractVectors
{
    /// <summary>The folder of this repository's vectors.</summary>
    public static string Own { get; } = Find("docs", "contract", "vectors")
        ?? throw new DirectoryNotFoundException("docs/contract/vectors does not lie above the tests.");

    /// <summary>A folder of vectors that lies beside this repository; null when none does.</summary>
    public static string? Beside { get; } = Find("shared", "contract", "vectors");

    /// <summary>The expected file of a folder of vectors, without carriage returns that a checkout may have added.</summary>
    public static string Expected(string folder, string file) => File.ReadAllText(Path.Combine(folder, "expected", file)).ReplaceLineEndings("\n");

    /// <summary>A header and rows as the product writes them.</summary>
    public static string Text(string header, Action<IBufferWriter<byte>> rows)
    {
        var output = new ArrayBufferWriter<byte>();
        CanonicalCsv.WriteHeader(output, header);
        rows(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string? Find(params string[] path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine([folder.FullName, .. path]);
            if (Directory.Exists(candidate))
                return candidate;
        }

        return null;
    }
}

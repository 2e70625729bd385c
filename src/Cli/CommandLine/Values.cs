using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Eip.Cli.CommandLine;

/// <summary>Reads a value from its text.</summary>
internal delegate bool ValueReader<T>(string text, out T value);

/// <summary>
/// Options and arguments whose values are read while the command line is: what has not its form, or lies out of its range, is named together with its option,
/// before anything is done.
/// </summary>
internal static class Values
{
    /// <summary>An option of one value.</summary>
    /// <param name="name">The option.</param>
    /// <param name="help">What stands for the value in help.</param>
    /// <param name="description">What the option does.</param>
    /// <param name="form">The form of the value, as the rest of "'x' is not …".</param>
    /// <param name="read">Reads the value.</param>
    public static Option<T> Option<T>(string name, string help, string description, string form, ValueReader<T> read) => new(name)
    {
        HelpName = help,
        Description = description,
        CustomParser = result => Read(result, result.Tokens[^1].Value, form, read),
    };

    /// <summary>An option that may be repeated.</summary>
    public static Option<T[]> Many<T>(string name, string help, string description, string form, ValueReader<T> read) => new(name)
    {
        HelpName = help,
        Description = description + " May be repeated.",
        CustomParser = result => [.. result.Tokens.Select(token => Read(result, token.Value, form, read))],
    };

    /// <summary>An argument of one value.</summary>
    public static Argument<T> Argument<T>(string name, string description, string form, ValueReader<T> read) => new(name)
    {
        Description = description,
        CustomParser = result => Read(result, result.Tokens[^1].Value, form, read),
    };

    /// <summary>An option of a whole number within a range.</summary>
    public static Option<long> Whole(string name, string help, string description, long least, long most, long otherwise)
    {
        var option = Option<long>(name, help, description, Range(least, most), (text, out value) => TryWhole(text, least, most, out value));
        option.DefaultValueFactory = _ => otherwise;
        return option;
    }

    /// <summary>An option of a whole number within a range, which may be absent.</summary>
    public static Option<long?> MaybeWhole(string name, string help, string description, long least, long most) =>
        Option<long?>(name, help, description, Range(least, most), (text, out value) =>
        {
            bool read = TryWhole(text, least, most, out long number);
            value = number;
            return read;
        });

    /// <summary>An option of one of a few words.</summary>
    public static Option<string?> Word(string name, string description, string? otherwise, params string[] words)
    {
        var option = Option<string?>(name, string.Join('|', words), description, string.Join(" or ", words), (text, out value) => words.Contains(value = text));
        if (otherwise is not null)
            option.DefaultValueFactory = _ => otherwise;
        option.CompletionSources.Add(words);
        return option;
    }

    /// <summary>An option of a path.</summary>
    /// <param name="name">The option.</param>
    /// <param name="help">What stands for the value in help.</param>
    /// <param name="description">What the option does.</param>
    /// <param name="isFolder">Whether it must not be a file; it may not be there.</param>
    public static Option<string?> Path(string name, string help, string description, bool isFolder) =>
        Option<string?>(name, help, description, isFolder ? "the path of a folder" : "a path", (text, out value) =>
        {
            value = text;
            return !string.IsNullOrWhiteSpace(text) && !(isFolder && File.Exists(text));
        });

    /// <summary>An option of the root of a running system.</summary>
    public static Option<Uri?> Url(string name, string description) =>
        Option<Uri?>(name, "URL", description, "a URL such as http://localhost:5080", static (text, out value) =>
            Uri.TryCreate(text, UriKind.Absolute, out value) && value.Scheme is "http" or "https" && value is { Host.Length: > 0, Query: "", Fragment: "" });

    private static T Read<T>(ArgumentResult result, string text, string form, ValueReader<T> read)
    {
        if (read(text, out var value))
            return value;
        string name = (result.Parent as OptionResult)?.Option.Name ?? result.Argument.Name;
        result.AddError($"{name}: '{text}' is not {form}.");
        return default!;
    }

    private static bool TryWhole(string text, long least, long most, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;

    private static string Range(long least, long most) => most == long.MaxValue
        ? $"a whole number from {least}"
        : string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}");
}

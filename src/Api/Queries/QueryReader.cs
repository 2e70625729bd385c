using Eip.Api.Http;
using Eip.Domain;
using Eip.Pipeline.Text;
using Microsoft.AspNetCore.Http;

namespace Eip.Api.Queries;

/// <summary>Reads the query of a request: every parameter is known, given as often as it may be, and of its form, or the answer is 400 and names it.</summary>
internal sealed class QueryReader
{
    private readonly IQueryCollection query;
    private readonly EipApiOptions options;

    public QueryReader(HttpRequest request, IReadOnlyList<ApiParameter> parameters, EipApiOptions options)
    {
        this.options = options;
        if ((request.QueryString.Value?.Length ?? 0) > options.MaxQueryLength)
            throw new ApiProblemException(StatusCodes.Status414UriTooLong, "query-too-long", null, $"A query has at most {options.MaxQueryLength} characters.");
        query = request.Query;
        foreach (var (name, values) in query)
        {
            var parameter = Find(parameters, name);
            if (parameter is null)
            {
                string known = parameters.Count == 0 ? "This path takes none." : $"Known are {string.Join(", ", parameters.Select(static known => known.Name))}.";
                throw ApiProblemException.BadParameter(name, $"'{Shown(name)}' is not a parameter of this path. {known}");
            }

            if (values.Count > 1 && !parameter.Many)
                throw ApiProblemException.BadParameter(name, $"{name} is given {values.Count} times; it takes one value.");
        }
    }

    /// <summary>The text of a parameter; null when absent. An empty value is an error.</summary>
    public string? Text(string name)
    {
        if (!query.TryGetValue(name, out var values))
            return null;
        string? text = values[0];
        return string.IsNullOrEmpty(text) ? throw ApiProblemException.BadParameter(name, $"{name} is empty.") : text;
    }

    /// <summary>All values of a parameter, given several times or between commas.</summary>
    public List<string> Texts(string name)
    {
        var texts = new List<string>();
        if (!query.TryGetValue(name, out var values))
            return texts;
        foreach (string? value in values)
        {
            foreach (string part in (value ?? "").Split(','))
                texts.Add(part.Length == 0 ? throw ApiProblemException.BadParameter(name, $"{name} has an empty value.") : part);
        }

        if (texts.Count > options.MaxValues)
            throw ApiProblemException.BadParameter(name, $"{name} has {texts.Count} values; at most {options.MaxValues} are taken.");
        return texts;
    }

    /// <summary>A flag.</summary>
    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        var other => throw ApiProblemException.BadParameter(name, $"'{Shown(other)}' is neither true nor false."),
    };

    /// <summary>A whole number between two bounds.</summary>
    public int Number(string name, int otherwise, int min, int max)
    {
        if (Text(name) is not { } text)
            return otherwise;
        return text.All(char.IsAsciiDigit) && int.TryParse(text, out int value) && value >= min && value <= max
            ? value
            : throw ApiProblemException.BadParameter(name, $"'{Shown(text)}' is not a whole number from {min} to {max}.");
    }

    /// <summary>How many items a page has.</summary>
    public int Limit(int otherwise = 50) => Number("limit", otherwise, 1, options.MaxLimit);

    /// <summary>A duration in whole seconds, the unit of all durations that are asked for; a part of one counts as one.</summary>
    public long? Seconds(string name)
    {
        if (Text(name) is not { } text)
            return null;
        return DurationText.TryParse(text, out var duration)
            ? (long)Math.Ceiling(duration.TotalSeconds)
            : throw ApiProblemException.BadParameter(name, $"'{Shown(text)}' is not {DurationText.Forms}.");
    }

    /// <summary>A moment, or the first second of a day.</summary>
    public EventTime? From(string name) => Moment(name, endOfDay: false);

    /// <summary>A moment, or the first second after a day.</summary>
    public EventTime? To(string name) => Moment(name, endOfDay: true);

    /// <summary>A day.</summary>
    public DateOnly? Day(string name)
    {
        if (Text(name) is not { } text)
            return null;
        return TryDay(text, out var day) ? day : throw ApiProblemException.BadParameter(name, $"'{Shown(text)}' is not a day of the form yyyy-MM-dd.");
    }

    /// <summary>One of a few words; null when absent.</summary>
    public string? Word(string name, params ReadOnlySpan<string> allowed)
    {
        if (Text(name) is not { } text)
            return null;
        return allowed.Contains(text)
            ? text
            : throw ApiProblemException.BadParameter(name, $"'{Shown(text)}' is none of {string.Join(", ", allowed.ToArray())}.");
    }

    /// <summary>Some of a few words; none when absent.</summary>
    public IReadOnlyList<string> Words(string name, string[] allowed)
    {
        var texts = Texts(name);
        foreach (string text in texts)
        {
            if (!allowed.Contains(text))
                throw ApiProblemException.BadParameter(name, $"'{Shown(text)}' is none of {string.Join(", ", allowed)}.");
        }

        return texts;
    }

    /// <summary>Regions; <c>unknown</c> stands for none.</summary>
    public IReadOnlyList<Region> Regions(string name) => [.. Texts(name).Select(text => Region(name, text))];

    /// <summary>Lanes such as <c>SP-RJ</c>.</summary>
    public IReadOnlyList<Lane> Lanes(string name) => [.. Texts(name).Select(text => Lane(name, text))];

    /// <summary>Reads a lane.</summary>
    public static Lane Lane(string name, string text) => Domain.Lane.TryParse(text, out var lane)
        ? lane
        : throw ApiProblemException.BadParameter(name, $"'{Shown(text)}' is not a lane such as SP-RJ.");

    /// <summary>A text as messages show it: not too long.</summary>
    public static string Shown(string text) => text.Length > 60 ? string.Concat(text.AsSpan(0, 60), "…") : text;

    private static Region Region(string name, string text)
    {
        if (text == "unknown")
            return Domain.Region.Unknown;
        return Domain.Region.TryParse(text, out var region)
            ? region
            : throw ApiProblemException.BadParameter(name, $"'{Shown(text)}' is neither a region of two capital letters nor 'unknown'.");
    }

    private EventTime? Moment(string name, bool endOfDay)
    {
        if (Text(name) is not { } text)
            return null;
        if (EventTime.TryParse(text, out var time))
            return time;
        if (!TryDay(text, out var day))
            throw ApiProblemException.BadParameter(name, $"'{Shown(text)}' is neither a moment of the form yyyy-MM-ddTHH:mm:ssZ nor a day of the form yyyy-MM-dd.");
        return endOfDay ? EventTime.StartOf(day) + EventTime.SecondsPerDay : EventTime.StartOf(day);
    }

    private static bool TryDay(string text, out DateOnly day) => DateOnly.TryParseExact(text, "yyyy-MM-dd", out day);

    private static ApiParameter? Find(IReadOnlyList<ApiParameter> parameters, string name)
    {
        for (int i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].Name == name)
                return parameters[i];
        }

        return null;
    }
}

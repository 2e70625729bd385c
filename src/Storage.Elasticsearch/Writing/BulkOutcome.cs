using System.Text.Json;
using Eip.Storage.Elasticsearch.Client;

namespace Eip.Storage.Elasticsearch.Writing;

/// <summary>What became of the documents of a bulk request.</summary>
internal sealed class BulkOutcome
{
    /// <summary>Documents that are stored now.</summary>
    public int Stored { get; private set; }

    /// <summary>Documents that lost against one as new or newer: a success.</summary>
    public int Superseded { get; private set; }

    /// <summary>Documents to be sent again, by their places in the request.</summary>
    public List<int> Again { get; } = [];

    /// <summary>Why they are to be sent again.</summary>
    public string? AgainReason { get; private set; }

    /// <summary>Documents that the server refuses for good, by their places in the request, and its reasons.</summary>
    public List<(int Number, string Reason)> Refused { get; } = [];

    /// <summary>Reads a successful answer, which has an item for each document in the order of the request.</summary>
    public static BulkOutcome Of(ElasticsearchAnswer answer)
    {
        var outcome = new BulkOutcome();
        using var body = answer.Parse();
        int number = 0;
        foreach (var item in body.RootElement.GetProperty("items").EnumerateArray())
            outcome.Add(number++, item.GetProperty("index"));
        return outcome;
    }

    private void Add(int number, JsonElement item)
    {
        int status = item.GetProperty("status").GetInt32();
        if (status is >= 200 and < 300)
        {
            Stored++;
            return;
        }

        if (status == 409)
        {
            Superseded++;
            return;
        }

        string reason = Reason(item.GetProperty("error"));
        // A missing index is not the document's fault: it is waited for, as a missing server is. So is one that may not be written for now.
        if (status is 404 or 403 or >= 500 || ElasticsearchAnswer.IsTransientStatus(status))
        {
            Again.Add(number);
            AgainReason ??= reason;
        }
        else
        {
            Refused.Add((number, reason));
        }
    }

    private static string Reason(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object)
            return error.ToString();
        string reason = $"{error.GetProperty("type")}: {error.GetProperty("reason")}";
        return error.TryGetProperty("caused_by", out var cause) && cause.TryGetProperty("reason", out var deeper) ? $"{reason} ({deeper})" : reason;
    }
}

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

        var error = ElasticsearchError.Of(item.GetProperty("error"));
        if (status >= 500 || ElasticsearchAnswer.IsTransientStatus(status) || !error.IsOfTheDocument)
            Wait(number, error.ToString());
        else
            Refused.Add((number, error.ToString()));
    }

    /// <summary>Takes a document for one to be sent again.</summary>
    public void Wait(int number, string reason)
    {
        Again.Add(number);
        AgainReason ??= reason;
    }
}

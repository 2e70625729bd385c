using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Eip.Storage.Elasticsearch.Client;
using Microsoft.Extensions.Logging;
using HttpMethod = Elastic.Transport.HttpMethod;

namespace Eip.Storage.Elasticsearch.Indices;

/// <summary>
/// The two indices behind their aliases: templates and, where the server offers it, a lifecycle policy put in place at every start, the first indices
/// made when there are none, and those of another release told from this one's.
/// </summary>
public sealed partial class SearchIndices
{
    /// <summary>The form of the mappings. It grows by one whenever a mapping changes in a way that documents have to be written anew for.</summary>
    public const int MappingVersion = 2;

    /// <summary>What makes the indices anew from the log.</summary>
    internal const string RebuildCommand = "eip rebuild --search";

    private readonly ElasticsearchConnection connection;
    private readonly ElasticsearchOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger logger;

    internal SearchIndices(ElasticsearchConnection connection, ElasticsearchOptions options, TimeProvider clock, ILogger<SearchIndices> logger)
    {
        this.connection = connection;
        this.options = options;
        this.clock = clock;
        this.logger = logger;
    }

    /// <summary>Puts the templates in place, makes what is missing altogether, and checks that what is there is of this release.</summary>
    /// <remarks>Waits while Elasticsearch is away. Any number of hosts may do this at once, and again.</remarks>
    /// <exception cref="SearchIndexException">An index is of another release, or half of the pair is missing; the message names the remedy.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken = default)
    {
        await PutTemplatesAsync(cancellationToken);
        var (shipments, events) = await ResolveBothAsync(cancellationToken);
        if (shipments is null && events is null)
        {
            await CreateFirstAsync(cancellationToken);
            return;
        }

        // Both aliases appear in one step, which may have come between the two questions.
        if (shipments is null || events is null)
            (shipments, events) = await ResolveBothAsync(cancellationToken);

        // Half of the pair without the other: what is missing was not lost by a fresh start, so it is not silently begun anew.
        if (shipments is null || events is null)
        {
            throw new SearchIndexException(
                $"The alias {(shipments is null ? options.ShipmentsAlias : options.EventsAlias)} is missing in Elasticsearch. "
                + $"Make both indices anew from the log: {RebuildCommand}");
        }

        await CheckAsync(options.ShipmentsAlias, cancellationToken);
        await CheckAsync(options.EventsAlias, cancellationToken);
    }

    /// <summary>Whose the indices are, as the latest claim found it.</summary>
    public IndexOwnership Ownership => connection.Ownership;

    /// <summary>Claims both indices where nobody has, or finds that they are the owner's already.</summary>
    /// <remarks>Waits while Elasticsearch is away. A rebuild leaves new indices unclaimed, so this is to be done again now and then.</remarks>
    /// <exception cref="SearchIndexException">They belong to somebody else; the message names both and says what to set. Searches then say the same.</exception>
    public async Task ClaimAsync(IndexOwner owner, CancellationToken cancellationToken = default)
    {
        foreach (string alias in new[] { options.ShipmentsAlias, options.EventsAlias })
        {
            var answer = await connection.SendPatientlyAsync(HttpMethod.GET, $"/{alias}/_mapping", cancellationToken: cancellationToken);
            if (answer.IsMissing)
                throw Search.CardReader.Missing(alias);
            using var body = answer.Parse();
            var index = body.RootElement.EnumerateObject().First();
            var meta = IndexMeta.Of(index.Value);
            if (meta.Owner is null)
            {
                byte[] claim = (meta with { Owner = owner }).ToMappingBody();
                await connection.SendPatientlyAsync(HttpMethod.PUT, $"/{index.Name}/_mapping", claim, cancellationToken);
            }
            else if (meta.Owner != owner)
            {
                string reason = $"The index {index.Name} belongs to {meta.Owner}, and this host is of {owner}; their cards would be mixed. Set Eip:Elasticsearch:ShipmentsAlias "
                    + $"and Eip:Elasticsearch:EventsAlias to aliases of its own; or, where the log was begun anew, make the index anew from it: {RebuildCommand}";
                Ownership.Refuse(reason);
                throw new SearchIndexException(reason);
            }
        }

        Ownership.Hold();
    }

    /// <summary>Whether neither of the two is there.</summary>
    /// <remarks>Waits while Elasticsearch is away.</remarks>
    public async Task<bool> AreMissingAsync(CancellationToken cancellationToken = default) => await ResolveBothAsync(cancellationToken) is (null, null);

    /// <summary>Makes documents searchable that are stored.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken = default) =>
        await connection.SendPatientlyAsync(
            HttpMethod.POST, $"/{options.ShipmentsAlias},{options.EventsAlias}/_refresh", cancellationToken: cancellationToken);

    /// <summary>Deletes both indices of every age, their templates and their lifecycle policy.</summary>
    public async Task DropAsync(CancellationToken cancellationToken = default)
    {
        foreach (string alias in new[] { options.ShipmentsAlias, options.EventsAlias })
        {
            var answer = await connection.SendPatientlyAsync(HttpMethod.GET, $"/{Pattern(alias)}/_mapping", cancellationToken: cancellationToken);
            if (!answer.IsMissing)
            {
                using var body = answer.Parse();
                foreach (var index in body.RootElement.EnumerateObject())
                    await connection.SendPatientlyAsync(HttpMethod.DELETE, $"/{index.Name}", cancellationToken: cancellationToken);
            }

            await connection.SendPatientlyAsync(HttpMethod.DELETE, $"/_index_template/{alias}", cancellationToken: cancellationToken);
        }

        await TrySendLifecycleAsync(HttpMethod.DELETE, default, cancellationToken);
    }

    internal async Task PutTemplatesAsync(CancellationToken cancellationToken)
    {
        string? refusal = await TrySendLifecycleAsync(HttpMethod.PUT, JsonFile.Render("Indices/lifecycle.json"), cancellationToken);
        if (refusal is not null)
            LogNoLifecycle(refusal);
        string? lifecycle = refusal is null ? Lifecycle : null;
        await PutTemplateAsync("Indices/shipments.json", options.ShipmentsAlias, lifecycle, cancellationToken);
        await PutTemplateAsync("Indices/shipment_events.json", options.EventsAlias, lifecycle, cancellationToken);
    }

    /// <summary>The index behind an alias, or null when there is no such alias.</summary>
    internal async Task<string?> ResolveAsync(string alias, CancellationToken cancellationToken)
    {
        var answer = await connection.SendPatientlyAsync(HttpMethod.GET, $"/{alias}/_mapping", cancellationToken: cancellationToken);
        if (answer.IsMissing)
            return null;
        using var body = answer.Parse();
        var indices = body.RootElement.EnumerateObject().Select(static index => index.Name).ToList();
        if (indices.Count > 1)
            throw Several(alias, indices);
        string index = indices[0];
        return index != alias
            ? index
            : throw new SearchIndexException($"{alias} is an index in Elasticsearch where an alias belongs. Delete that index, then: {RebuildCommand}");
    }

    internal static SearchIndexException Several(string alias, IReadOnlyCollection<string> indices) => new(
        $"The alias {alias} stands for {indices.Count} indices in Elasticsearch ({string.Join(", ", indices)}), one is needed. "
        + "Remove it from those that do not belong to it: POST /_aliases");

    /// <summary>A name for a new index; names sort by age.</summary>
    internal string NewName(string alias) =>
        $"{alias}-v{MappingVersion}-{clock.GetUtcNow().ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture)}";

    internal static string Pattern(string alias) => $"{alias}-v*";

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{(long)Math.Max(1, time.TotalMilliseconds)}ms");

    private static string FirstName(string alias) => $"{alias}-v{MappingVersion}-0";

    // One policy for both.
    private string Lifecycle => options.ShipmentsAlias;

    // Returns why the server does not do it: it has no such part, or this host may not use it.
    private async Task<string?> TrySendLifecycleAsync(HttpMethod method, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await connection.SendPatientlyAsync(method, $"/_ilm/policy/{Lifecycle}", body, cancellationToken);
            return answer.IsMissing ? answer.Reason : null;
        }
        catch (ElasticsearchRefusedException exception)
        {
            return exception.Message;
        }
    }

    private async Task PutTemplateAsync(string file, string alias, string? lifecycle, CancellationToken cancellationToken)
    {
        byte[] body = JsonFile.Render(
            file,
            ("pattern", Pattern(alias)),
            ("shards", options.Shards),
            ("replicas", options.Replicas),
            // An interval that is set, even to what the server has anyway, is kept to while nobody searches.
            ("refresh", options.RefreshInterval is { } interval ? Milliseconds(interval) : null),
            ("lifecycle", lifecycle));
        await connection.SendPatientlyAsync(HttpMethod.PUT, $"/_index_template/{alias}", body, cancellationToken);
    }

    private async Task<(string? Shipments, string? Events)> ResolveBothAsync(CancellationToken cancellationToken) =>
        (await ResolveAsync(options.ShipmentsAlias, cancellationToken), await ResolveAsync(options.EventsAlias, cancellationToken));

    // The aliases come last and together: a host that looks, or dies, in between leaves no half of the pair, which would be taken for a loss.
    private async Task CreateFirstAsync(CancellationToken cancellationToken)
    {
        var actions = new JsonArray();
        foreach (string alias in new[] { options.ShipmentsAlias, options.EventsAlias })
        {
            await CreateAsync(FirstName(alias), cancellationToken);
            actions.Add(new JsonObject { ["add"] = new JsonObject { ["index"] = FirstName(alias), ["alias"] = alias } });
        }

        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["actions"] = actions });
        await connection.SendPatientlyAsync(HttpMethod.POST, "/_aliases", body, cancellationToken);
    }

    private async Task CreateAsync(string index, CancellationToken cancellationToken)
    {
        try
        {
            await connection.SendPatientlyAsync(HttpMethod.PUT, $"/{index}", cancellationToken: cancellationToken);
        }
        catch (ElasticsearchRefusedException exception) when (exception.Message.Contains("resource_already_exists_exception", StringComparison.Ordinal))
        {
            // Another host was quicker.
        }
    }

    private async Task CheckAsync(string alias, CancellationToken cancellationToken)
    {
        var answer = await connection.SendPatientlyAsync(HttpMethod.GET, $"/{alias}/_mapping", cancellationToken: cancellationToken);
        using var body = answer.Parse();
        foreach (var index in body.RootElement.EnumerateObject())
        {
            int? version = IndexMeta.Of(index.Value).Mapping;
            if (version != MappingVersion)
            {
                throw new SearchIndexException(
                    $"The index {index.Name} behind {alias} has the mapping of {(version is null ? "no release" : $"release form {version}")}, "
                    + $"this release needs form {MappingVersion}. Make it anew from the log: {RebuildCommand}");
            }
        }
    }
}

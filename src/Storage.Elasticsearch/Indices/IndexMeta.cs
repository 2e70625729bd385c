using System.Text.Json;
using System.Text.Json.Nodes;

namespace Eip.Storage.Elasticsearch.Indices;

/// <summary>What an index tells of itself in its mapping's <c>_meta</c>.</summary>
/// <param name="Mapping">The form of its mapping; null when it is not one of EIP's.</param>
/// <param name="Rebuild">How far the rebuild has come that fills it; null when none does.</param>
/// <param name="Owner">Whom it belongs to; null when nobody has claimed it yet.</param>
internal sealed record IndexMeta(int? Mapping, RebuildMark? Rebuild, IndexOwner? Owner = null)
{
    /// <summary>Reads what <c>GET _mapping</c> says of an index.</summary>
    public static IndexMeta Of(JsonElement index)
    {
        if (!index.TryGetProperty("mappings", out var mappings) || !mappings.TryGetProperty("_meta", out var meta)
            || !meta.TryGetProperty("eipMapping", out var mapping) || !mapping.TryGetInt32(out int version))
            return new IndexMeta(null, null);
        var owner = meta.TryGetProperty("owner", out var claimed)
            ? new IndexOwner(claimed.GetProperty("cluster").GetString()!, claimed.GetProperty("log").GetString()!)
            : null;
        if (!meta.TryGetProperty("rebuild", out var rebuild))
            return new IndexMeta(version, null, owner);
        return new IndexMeta(version, new RebuildMark(
            rebuild.GetProperty("events").GetString()!,
            rebuild.TryGetProperty("position", out var position) ? position.GetString() : null,
            rebuild.GetProperty("cases").GetInt64()), owner);
    }

    /// <summary>The body of a request that writes it.</summary>
    public byte[] ToMappingBody()
    {
        var meta = new JsonObject { ["eipMapping"] = Mapping };
        if (Owner is not null)
            meta["owner"] = new JsonObject { ["cluster"] = Owner.Cluster, ["log"] = Owner.Log };
        if (Rebuild is not null)
        {
            meta["rebuild"] = new JsonObject
            {
                ["events"] = Rebuild.EventsIndex, ["position"] = Rebuild.Position, ["cases"] = Rebuild.Cases,
            };
        }

        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["_meta"] = meta });
    }
}

/// <summary>How far a rebuild has come.</summary>
/// <param name="EventsIndex">The index of events that it fills beside that of cards.</param>
/// <param name="Position">Up to where the feed was stored; null at the beginning.</param>
/// <param name="Cases">Cases that were stored.</param>
internal sealed record RebuildMark(string EventsIndex, string? Position, long Cases);

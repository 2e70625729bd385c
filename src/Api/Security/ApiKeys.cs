using Microsoft.AspNetCore.Http;

namespace Eip.Api.Security;

/// <summary>Finds the key that a request shows. Only hashes are kept and compared.</summary>
internal sealed class ApiKeys
{
    private readonly Dictionary<string, ApiKey> byHash;

    public ApiKeys(EipApiOptions options)
    {
        byHash = new Dictionary<string, ApiKey>(StringComparer.Ordinal);
        foreach (var key in options.ApiKeys)
        {
            if (!byHash.TryAdd(key.Hash.ToLowerInvariant(), key))
                throw new InvalidOperationException($"Eip:ApiKeys holds one hash twice: that of '{key.Name}'.");
        }
    }

    /// <summary>Whether keys are asked for at all.</summary>
    public bool AreRequired => byHash.Count > 0;

    /// <summary>The key that a request shows, or null.</summary>
    public ApiKey? Find(HttpRequest request)
    {
        string? shown = request.Headers["X-Api-Key"];
        if (string.IsNullOrEmpty(shown) && request.Headers.Authorization.ToString() is var authorization
            && authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            shown = authorization[7..].Trim();
        // The lookup is by a hash that the caller cannot steer, so that its time tells nothing of the keys.
        return string.IsNullOrEmpty(shown) || shown.Length > 512 ? null : byHash.GetValueOrDefault(ApiKeyHash.Of(shown));
    }

    /// <summary>Whether a role allows a request: reading is GET, ingest is POST /events, and all else is operating.</summary>
    public static bool Allows(ApiRole role, HttpRequest request)
    {
        if (role == ApiRole.Operate)
            return true;
        bool ingests = HttpMethods.IsPost(request.Method) && request.Path.Equals(Http.ApiPaths.Root + "/events", StringComparison.OrdinalIgnoreCase);
        return role == ApiRole.Ingest ? ingests : HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
    }
}

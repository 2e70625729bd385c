using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.GrainDirectory;

namespace Eip.Grains.Cases;

/// <summary>
/// What a silo remembers of where grains live, with one thing more: orders live where they are folded. A batch says so while it calls its orders, and
/// those of which nothing else is known are sought in this silo at once; the way of a new order through directory and placement costs more than its
/// fold. A wrong guess is a stale entry to Orleans: the grain that would begin a second life finds the first one registered, and the call goes there.
/// With one thing less: what lived on a silo that leaves is looked up anew, and not sought there until that silo is gone.
/// </summary>
/// <param name="services">Where the ordinary cache takes its parts from.</param>
/// <param name="options">Size and age of the ordinary cache.</param>
/// <param name="silo">This silo.</param>
/// <param name="silos">Which silos leave.</param>
internal sealed class OrderDirectoryCache(
    IServiceProvider services, IOptions<GrainDirectoryOptions> options, ILocalSiloDetails silo, ISiloStatusOracle silos) : IGrainDirectoryCache, IAsyncDisposable
{
    private static readonly GrainType Orders = GrainType.Create(GrainReferences.FulfillmentType);

    [ThreadStatic]
    private static bool foldsHere;

    private readonly IGrainDirectoryCache cache = GrainDirectoryCacheFactory.CreateGrainDirectoryCache(
        services, new GrainDirectoryOptions { CacheSize = options.Value.CacheSize, MaximumCacheTTL = options.Value.MaximumCacheTTL });

    /// <inheritdoc/>
    public IEnumerable<(GrainAddress ActivationAddress, int Version)> KeyValues => cache.KeyValues;

    /// <summary>Until it is disposed, orders that this thread calls are folded here. Orleans looks a grain up on the thread that calls it.</summary>
    public static Folding FoldHere()
    {
        foldsHere = true;
        return default;
    }

    /// <inheritdoc/>
    public void AddOrUpdate(GrainAddress value, int version)
    {
        // Of an order that is here the silo itself knows.
        if (value.GrainId.Type != Orders || !silo.SiloAddress.Equals(value.SiloAddress))
            cache.AddOrUpdate(value, version);
        else
            cache.Remove(value.GrainId);
    }

    /// <inheritdoc/>
    public bool Remove(GrainId key) => cache.Remove(key);

    /// <inheritdoc/>
    public bool Remove(GrainAddress key) => cache.Remove(key);

    /// <inheritdoc/>
    public void Clear() => cache.Clear();

    /// <inheritdoc/>
    public bool LookUp(GrainId key, [NotNullWhen(true)] out GrainAddress? result, out int version)
    {
        if (cache.LookUp(key, out result, out version) && !silos.IsLeaving(result.SiloAddress))
            return true;
        if (!foldsHere || key.Type != Orders)
            return false;
        result = new GrainAddress { GrainId = key, SiloAddress = silo.SiloAddress };
        return true;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => cache is IAsyncDisposable disposable ? disposable.DisposeAsync() : ValueTask.CompletedTask;

    /// <summary>Ends <see cref="FoldHere"/>.</summary>
    public readonly ref struct Folding
    {
        /// <summary>Orders are looked up as all grains are.</summary>
        public void Dispose() => foldsHere = false;
    }
}

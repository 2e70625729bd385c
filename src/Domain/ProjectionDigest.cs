using System.Buffers;
using System.Security.Cryptography;

namespace Eip.Domain;

/// <summary>
/// One digest over all projections (fulfillment-v1 §5): SHA-256 over the digests of three sections, each SHA-256 over its canonical CSV rows in key
/// order: cards by order id, timelines by order id and then in timeline order, route statistics by (date, seller, customer).
/// Equal projections give equal digests, whatever computed them.
/// </summary>
public sealed class ProjectionDigest : IDisposable
{
    private const int FlushLength = 64 * 1024;
    private readonly Section cards = new(), timelines = new(), routeStats = new();
    private OrderId? lastOrder;
    private (DateOnly, uint)? lastKey;

    /// <summary>Orders added.</summary>
    public long OrderCount { get; private set; }

    /// <summary>Timeline events added.</summary>
    public long EventCount { get; private set; }

    /// <summary>Route statistics rows added.</summary>
    public long RouteStatsCount { get; private set; }

    /// <summary>Adds an order's card and timeline; orders come in ascending order of their id.</summary>
    /// <exception cref="InvalidOperationException">The order does not come after the one before.</exception>
    public void Add(CaseCard card, ReadOnlySpan<FulfillmentEvent> timeline)
    {
        if (lastOrder is { } last && last.CompareTo(card.OrderId) >= 0)
            throw new InvalidOperationException($"Order {card.OrderId} was added after {last}; a digest takes each order once, in order of id.");
        lastOrder = card.OrderId;
        OrderCount++;
        EventCount += timeline.Length;
        CanonicalCsv.Write(cards.Rows, card);
        cards.FlushBeyond(FlushLength);
        foreach (ref readonly var @event in timeline)
            CanonicalCsv.Write(timelines.Rows, @event);
        timelines.FlushBeyond(FlushLength);
    }

    /// <summary>Adds rows that were prepared apart; their orders come after all that were added before.</summary>
    /// <exception cref="InvalidOperationException">The orders do not come after the one before.</exception>
    public void Add(CaseRows rows)
    {
        if (rows.FirstOrder is not { } first)
            return;
        if (lastOrder is { } last && last.CompareTo(first) >= 0)
            throw new InvalidOperationException($"Order {first} was added after {last}; a digest takes each order once, in order of id.");
        lastOrder = rows.LastOrder;
        OrderCount += rows.OrderCount;
        EventCount += rows.EventCount;
        cards.Append(rows.Cards);
        timelines.Append(rows.Timelines);
    }

    /// <summary>Adds a row of route statistics; rows come in ascending order of their key.</summary>
    /// <exception cref="InvalidOperationException">The row does not come after the one before.</exception>
    public void Add(RouteStats stats)
    {
        var key = (stats.StatDate, stats.Lane.Code);
        if (lastKey is { } last && last.CompareTo(key) >= 0)
            throw new InvalidOperationException($"The row of {stats.StatDate:yyyy-MM-dd} {stats.Lane} is out of order; a digest takes each row once, in order of key.");
        lastKey = key;
        RouteStatsCount++;
        CanonicalCsv.Write(routeStats.Rows, stats);
        routeStats.FlushBeyond(FlushLength);
    }

    /// <summary>Ends the digest and returns it as sixty-four lower-case hexadecimal digits.</summary>
    public string Finish() => FinishSections().All;

    /// <summary>Ends the digest and returns that of all and of each section, so that a difference can be placed.</summary>
    public SectionDigests FinishSections()
    {
        byte[] all = [.. cards.Finish(), .. timelines.Finish(), .. routeStats.Finish()];
        return new SectionDigests(Hex(SHA256.HashData(all)), Hex(all.AsSpan(0, 32)), Hex(all.AsSpan(32, 32)), Hex(all.AsSpan(64, 32)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        cards.Dispose();
        timelines.Dispose();
        routeStats.Dispose();
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private sealed class Section : IDisposable
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public ArrayBufferWriter<byte> Rows { get; } = new(FlushLength * 2);

        public void FlushBeyond(int length)
        {
            if (Rows.WrittenCount < length)
                return;
            hash.AppendData(Rows.WrittenSpan);
            Rows.ResetWrittenCount();
        }

        public void Append(ReadOnlySpan<byte> rows)
        {
            FlushBeyond(0);
            hash.AppendData(rows);
        }

        public byte[] Finish()
        {
            FlushBeyond(0);
            return hash.GetHashAndReset();
        }

        public void Dispose() => hash.Dispose();
    }
}

/// <summary>Digests as lower-case hexadecimal text.</summary>
/// <param name="All">Over everything: what two runs are compared by.</param>
/// <param name="Cards">Over the case cards.</param>
/// <param name="Timelines">Over the timelines.</param>
/// <param name="RouteStats">Over <c>route_stats_daily</c>.</param>
public sealed record SectionDigests(string All, string Cards, string Timelines, string RouteStats);

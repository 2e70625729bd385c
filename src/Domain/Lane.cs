namespace Eip.Domain;

/// <summary>Where an order is shipped from and to; both regions are known (fulfillment-v1 §4).</summary>
/// <param name="Seller">The seller's region.</param>
/// <param name="Customer">The customer's region.</param>
public readonly record struct Lane(Region Seller, Region Customer) : IComparable<Lane>
{
    /// <summary>Both codes in one number, ordered by seller, then customer.</summary>
    public uint Code => ((uint)Seller.Code << 16) | Customer.Code;

    /// <summary>The lane with a code that <see cref="Code"/> gave.</summary>
    public static Lane FromCode(uint code) => new(Region.FromCode((ushort)(code >> 16)), Region.FromCode((ushort)code));

    /// <summary>The lane of two regions, or null when either is unknown: such an order is in no lane.</summary>
    public static Lane? Of(Region seller, Region customer) => seller.IsKnown && customer.IsKnown ? new Lane(seller, customer) : null;

    /// <summary>Reads <c>SP-RJ</c>, <c>SP→RJ</c> or <c>SP/RJ</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Lane lane)
    {
        lane = default;
        if (text.Length != 5 || text[2] is not ('-' or '→' or '/') || !Region.TryParse(text[..2], out var seller) || !Region.TryParse(text[3..], out var customer))
            return false;
        lane = new Lane(seller, customer);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(Lane other) => Code.CompareTo(other.Code);

    /// <summary><c>SP→RJ</c>.</summary>
    public override string ToString() => $"{Seller}→{Customer}";
}

using System.Globalization;
using System.Text;
using Eip.Domain;

namespace Eip.Tests;

/// <summary>Texts that claim to be events, from a seed: right ones, nearly right ones, and noise, with every trouble that bytes can make.</summary>
internal sealed class HostileEvents(int seed)
{
    private static readonly byte[][] Troubles =
    [
        .. new[]
        {
            "\\ud83d", "\\ude00", "\\ud83d\\ude00", "\\ud83d\\ud83d\\ude00", "\\u0000", "\\u001b[2J", "\\", "\"", "\\\"", "\n", "\t", "\0", "é", "😀", "\\u00e9", "\u2028", "\uFEFF",
            "{", "}", "[", "]", ",", ":", "null", "1e999999", "-0.0", "12345678901234567890123456789", "//", "<!--", "|", ".", "estimatedDeliveryAt", "9999-12-31T23:59:59Z",
        }.Select(Encoding.UTF8.GetBytes),
        [0xE3], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xEF, 0xBB, 0xBF], [0x80],
    ];

    private static readonly string[] Names = ["note", "", "a.b", "estimatedDeliveryAt", "é", "note", "\\u006eote", "\\ud800", "\\", "reason", "w"];
    private static readonly string[] OrderIds = ["2e7a8482f6fb09756ca50c10d7bfc047", "order 17", "ä/ö|😀", "\\u00e4", "o\\u0000", "", "2E7A8482F6FB09756CA50C10D7BFC047"];
    private readonly Random random = new(seed);

    /// <summary>The next text.</summary>
    public byte[] Next()
    {
        var text = new List<byte>(Encoding.UTF8.GetBytes(Event()));
        int edits = random.Next(3) == 0 ? random.Next(1, 4) : 0;
        for (; edits > 0 && text.Count > 0; edits--)
            Edit(text);
        return [.. text];
    }

    private void Edit(List<byte> text)
    {
        int at = random.Next(text.Count);
        switch (random.Next(6))
        {
            case 0:
                text.RemoveRange(at, random.Next(Math.Min(9, text.Count - at)) + 1);
                break;
            case 1:
                text[at] = (byte)random.Next(256);
                break;
            case 2 when random.Next(4) == 0:
                text.RemoveRange(at, text.Count - at);
                break;
            case 3:
                text.InsertRange(at, text.GetRange(at, random.Next(text.Count - at)));
                break;
            default:
                text.InsertRange(at, Troubles[random.Next(Troubles.Length)]);
                break;
        }
    }

    private string Event()
    {
        var type = EventTypes.All[random.Next(EventTypes.All.Count)];
        string order = OrderIds[random.Next(3) == 0 ? random.Next(OrderIds.Length) : random.Next(3)];
        string at = new EventTime(random.NextInt64(EventTime.MaxValue.UnixSeconds)).ToString();
        var fields = new List<string>
        {
            $"\"eventType\":\"{(type == EventType.DeliveryDelayed && Rarely() ? "LATE_DETECTED" : type.Name())}\"", $"\"eventAt\":\"{at}\"", $"\"orderId\":\"{order}\"", $"\"source\":\"{type.Source().Name()}\"",
        };
        if (random.Next(3) > 0 && OrderId.TryParse(order, out var id))
            fields.Add($"\"eventId\":\"{EventId.Of(id, type, EventTime.Parse(at))}\"");
        if (random.Next(2) == 0)
            fields.Add($"\"sellerRegion\":{(Rarely() ? "\"sp\"" : "\"SP\"")}");
        if (random.Next(2) == 0)
            fields.Add("\"customerRegion\":null");
        if (random.Next(4) > 0)
            fields.Add($"\"payload\":{(Rarely() ? Value(0) : Payload())}");
        if (Rarely())
            fields.Add(Field(0));
        if (random.Next(4) == 0)
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(fields));
        return "{" + string.Join(Rarely() ? " ,\t" : ",", fields) + "}";
    }

    private string Payload()
    {
        var fields = new List<string>();
        if (random.Next(2) == 0)
            fields.Add("\"estimatedDeliveryAt\":" + (random.Next(2) == 0 ? "null" : "\"2016-10-20T00:00:00Z\""));
        for (int i = random.Next(3); i > 0; i--)
            fields.Add(Field(0));
        return "{" + string.Join(',', fields) + "}";
    }

    private string Field(int depth) => $"\"{(Rarely() ? Names[random.Next(Names.Length)] : "n" + random.Next(30).ToString(CultureInfo.InvariantCulture))}\":{Value(depth)}";

    private string Value(int depth)
    {
        switch (random.Next(depth > 4 ? 4 : 7))
        {
            case 0:
                return "\"" + string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(4) == 0 ? Encoding.UTF8.GetString(Troubles[random.Next(Troubles.Length)]) : "x")) + "\"";
            case 1:
                return random.NextInt64().ToString(CultureInfo.InvariantCulture);
            case 2:
                return "true";
            case 3:
                return "1.50e-3";
            case 4:
                return "[" + string.Join(',', Enumerable.Range(0, random.Next(3)).Select(_ => Value(depth + 1))) + "]";
            case 5:
                return "{" + string.Join(',', Enumerable.Range(0, random.Next(3)).Select(_ => Field(depth + 1))) + "}";
            default:
                int deep = Rarely() ? random.Next(1, 100) : 1;
                return new string('[', deep) + new string(']', deep);
        }
    }

    private bool Rarely() => random.Next(10) == 0;
}

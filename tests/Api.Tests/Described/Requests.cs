using System.Text;
using System.Text.Json.Nodes;

namespace Eip.Api.Tests.Described;

/// <summary>Requests for the operations of a document, from a seed: what a schema allows, what lies at its edges, and what it does not allow.</summary>
internal sealed class Requests(Random random, IReadOnlyList<string> orders)
{
    private static readonly string[] Edges =
    [
        "", " ", "0", "-1", "1", "2147483647", "2147483648", "9223372036854775808", "1e9", "NaN", "true", "null", "[]", "{}", ",", ",,", "%", "+", "*", "-", "--orderedAt", "..", "~",
        "9999-12-31", "0001-01-01", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2018-02-30", "P1Y", "PT", "P99999999999D", "999999999999w", "SP→RJ", "sp-rj", "unknown-RJ",
        "AQMAAA", "AQEBAAAAAFq", "'; drop table shipments; --", "<script>", "\u0000", "\n", "\r\nX: y", "\uFEFF", "\uFFFD", "\U0001F600", "e\u0301", "\u202E", "orderId\nlimit=1",
    ];

    /// <summary>A request, and whether everything in it is as the document allows.</summary>
    public (HttpRequestMessage Request, bool IsValid) Make(Operation operation)
    {
        bool valid = random.Next(2) == 0;
        string path = operation.Path;
        var query = new StringBuilder();
        foreach (var parameter in operation.Parameters)
        {
            string name = parameter["name"]!.GetValue<string>();
            bool required = parameter["required"]?.GetValue<bool>() == true;
            if (parameter["in"]!.GetValue<string>() == "path")
                path = path.Replace($"{{{name}}}", Uri.EscapeDataString(PathPart(name, parameter, valid)), StringComparison.Ordinal);
            else if ((required && valid) || random.Next(operation.Parameters.Count) < 2)
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(Value(parameter, valid)));
        }

        if (!valid && random.Next(6) == 0)
            query.Append(query.Length == 0 ? '?' : '&').Append(Uri.EscapeDataString(Any())).Append('=').Append(Uri.EscapeDataString(Any()));
        if (!valid && random.Next(200) == 0)
            query.Append(query.Length == 0 ? '?' : '&').Append("q=").Append('a', 5_000);
        var request = new HttpRequestMessage(new HttpMethod(operation.Method), path + query);
        if (operation.BodyTypes.Count > 0)
            request.Content = Body(operation, valid);
        return (request, valid);
    }

    private string PathPart(string name, JsonObject parameter, bool valid)
    {
        if (name == "orderId" && random.Next(3) > 0)
            return orders[random.Next(orders.Count)];
        string value = valid ? Allowed(parameter["schema"]!.AsObject(), name, parameter) : random.Next(2) == 0 ? Any() : Edges[random.Next(Edges.Length)];
        // An empty part, or one of dots, makes another path of it.
        return value.Length == 0 || value.All(static letter => letter == '.') ? "x" : value;
    }

    private string Value(JsonObject parameter, bool valid)
    {
        string name = parameter["name"]!.GetValue<string>();
        var schema = parameter["schema"]!.AsObject();
        if (!valid && random.Next(2) == 0)
            return random.Next(2) == 0 ? Any() : Edges[random.Next(Edges.Length)];
        if (schema["items"] is JsonObject item)
            return string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Allowed(item, name, parameter)));
        return Allowed(schema, name, parameter);
    }

    private string Allowed(JsonObject schema, string name, JsonObject parameter)
    {
        if (schema["enum"] is JsonArray words)
            return words[random.Next(words.Count)]!.GetValue<string>();
        switch (schema["type"]!.GetValue<string>())
        {
            case "boolean":
                return random.Next(2) == 0 ? "true" : "false";
            case "integer":
                int least = (int)schema["minimum"]!.GetValue<double>(), most = (int)schema["maximum"]!.GetValue<double>();
                return (random.Next(3) switch { 0 => least, 1 => most, _ => (int)random.NextInt64(least, (long)most + 1) }).ToString();
            default:
                return name is "orderId" or "id" or "q" or "order" ? orders[random.Next(orders.Count)] : Example(parameter);
        }
    }

    private static string Example(JsonObject parameter) => parameter["example"] is JsonArray several ? several[0]!.ToString() : parameter["example"]!.ToString();

    private ByteArrayContent Body(Operation operation, bool valid)
    {
        string type = operation.BodyTypes[random.Next(operation.BodyTypes.Count)];
        byte[] body = Encoding.UTF8.GetBytes(operation.BodyExample(type));
        if (!valid)
        {
            for (int hits = random.Next(1, 5); hits > 0; hits--)
                body[random.Next(body.Length)] = (byte)random.Next(256);
            body = random.Next(4) == 0 ? body[..random.Next(body.Length)] : random.Next(6) == 0 ? Encoding.UTF8.GetBytes(Any()) : body;
        }

        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", !valid && random.Next(10) == 0 ? "text/plain" : type);
        if (!valid && random.Next(10) == 0)
            content.Headers.TryAddWithoutValidation("Content-Encoding", "gzip");
        return content;
    }

    // Any scalar values of Unicode, of one plane or of all.
    private string Any()
    {
        var text = new StringBuilder();
        int most = random.Next(3) switch { 0 => 0x7F, 1 => 0x2FF, _ => 0x10FFFF };
        for (int length = random.Next(1, 30); length > 0; length--)
        {
            int scalar = random.Next(most + 1);
            text.Append(Rune.IsValid(scalar) ? new Rune(scalar) : Rune.ReplacementChar);
        }

        return text.ToString();
    }
}

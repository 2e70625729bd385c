using System.Security.Cryptography;
using System.Text;

namespace Eip.Api.Security;

/// <summary>The only form in which a key is kept.</summary>
public static class ApiKeyHash
{
    /// <summary>SHA-256 of a key's UTF-8 text in lower-case hexadecimal digits, as <c>Eip:ApiKeys:0:Hash</c> has it.</summary>
    public static string Of(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}

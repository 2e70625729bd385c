using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Orleans.Connections.Security;

namespace Eip.Silo.Hosting;

/// <summary>
/// TLS between silos, and between silos and Orleans clients, with certificates on both sides. Whoever reaches these ports can do what a silo can, past every
/// API key: a certificate of the cluster's own authority is what tells a member, its names are not looked at.
/// </summary>
/// <param name="Certificate">What this silo shows, with its private key.</param>
/// <param name="Authority">The authority that every certificate must come from.</param>
public sealed record SiloTls(X509Certificate2 Certificate, X509Certificate2 Authority)
{
    /// <summary>Reads <c>Eip:Silo:Tls:Certificate</c> and <c>Key</c> (PEM files; without a key, PKCS #12 with <c>Password</c>) and <c>Authority</c> (PEM).</summary>
    /// <returns>Null when none of them is set.</returns>
    /// <exception cref="InvalidOperationException">One is missing or cannot be read, or the certificate does not come from the authority; the message names it.</exception>
    public static SiloTls? Read(IConfigurationSection section)
    {
        if (!section.GetChildren().Any(static child => child.Value is { Length: > 0 }))
            return null;
        string Need(string name) => section[name] is { Length: > 0 } file ? file : throw new InvalidOperationException($"{section.Path}:{name} is missing; TLS needs Certificate and Authority.");
        string certificate = Need("Certificate"), authority = Need("Authority");
        var tls = new SiloTls(
            Load(section, "Certificate", certificate, () => section["Key"] is { Length: > 0 } key
                ? X509Certificate2.CreateFromPemFile(certificate, key)
                : X509CertificateLoader.LoadPkcs12FromFile(certificate, section["Password"])),
            Load(section, "Authority", authority, () => X509CertificateLoader.LoadCertificateFromFile(authority)));
        if (!tls.Certificate.HasPrivateKey)
            throw new InvalidOperationException($"{section.Path}:Certificate: '{certificate}' has no private key; name its file as Key.");
        return tls.IsMember(tls.Certificate) ? tls : throw new InvalidOperationException($"{section.Path}:Certificate: '{certificate}' does not come from the Authority '{authority}', or is out of date.");
    }

    /// <summary>Makes a silo show its certificate and ask everyone for theirs.</summary>
    public void Apply(ISiloBuilder silo) => silo.UseTls(Certificate, options =>
    {
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation = (shown, _, _) => shown is not null && IsMember(shown);
        options.OnAuthenticateAsClient = static (_, client) => client.TargetHost = "eip";
    });

    /// <summary>Whether a certificate comes from the authority and holds now.</summary>
    public bool IsMember(X509Certificate2 shown)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(shown);
    }

    private static X509Certificate2 Load(IConfigurationSection section, string name, string file, Func<X509Certificate2> load)
    {
        try
        {
            return load();
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidOperationException($"{section.Path}:{name}: '{file}' cannot be read: {exception.Message}", exception);
        }
    }
}

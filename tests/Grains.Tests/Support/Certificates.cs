using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Eip.Grains.Tests.Support;

/// <summary>An authority of a test's own, and what it gives out, as PEM files in a folder of its own.</summary>
internal sealed class Certificates : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("eip-certificates-").FullName;
    private readonly X509Certificate2 authority;
    private int given;

    public Certificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(folder, "authority.pem"), authority.ExportCertificatePem());
    }

    /// <summary>Settings of a silo with a certificate of its own.</summary>
    public string[] Arguments()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Give(key);
        string name = Path.Combine(folder, $"silo-{++given}");
        File.WriteAllText($"{name}.pem", certificate.ExportCertificatePem());
        File.WriteAllText($"{name}.key", key.ExportPkcs8PrivateKeyPem());
        return ["--Eip:Silo:Tls:Certificate", $"{name}.pem", "--Eip:Silo:Tls:Key", $"{name}.key", "--Eip:Silo:Tls:Authority", Path.Combine(folder, "authority.pem")];
    }

    /// <summary>A certificate with its key.</summary>
    public X509Certificate2 Give()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Give(key);
        return certificate.CopyWithPrivateKey(key);
    }

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private X509Certificate2 Give(ECDsa key)
    {
        var request = new CertificateRequest("CN=silo", key, HashAlgorithmName.SHA256);
        return request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(8));
    }
}

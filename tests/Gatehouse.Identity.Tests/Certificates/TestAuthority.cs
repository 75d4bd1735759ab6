using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatehouse.Identity.Tests;

/// <summary>An authority of the tests' own, its workloads and its revocation lists.</summary>
internal sealed class TestAuthority : IDisposable
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly TestAuthority? _parent;

    public TestAuthority(DateTimeOffset now, string name = "Mesh", TestAuthority? parent = null)
    {
        _parent = parent;
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Certificate = parent is null
            ? request.CreateSelfSigned(now.AddDays(-1), now.AddYears(5))
            : request.Create(parent.Certificate, now.AddDays(-1), now.AddYears(4), [9]).CopyWithPrivateKey(key);
    }

    public X509Certificate2 Certificate { get; }

    public string Pem => Certificate.ExportCertificatePem() + "\n" + _parent?.Pem;

    /// <summary>A certificate of a workload.</summary>
    public X509Certificate2 Issue(
        DateTimeOffset from, DateTimeOffset until, byte[]? serial = null, bool forClients = true, bool hasUsage = true, Action<SubjectAlternativeNameBuilder>? names = null, string subject = "CN=workload")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var builder = new SubjectAlternativeNameBuilder();
        if (names is null)
            builder.AddUri(new Uri("spiffe://mesh.example/ns/prod/agent"));
        else
            names(builder);
        request.CertificateExtensions.Add(builder.Build());
        if (hasUsage)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(forClients ? ClientAuthentication : ServerAuthentication)], false));
        return request.Create(Certificate, from, until, serial ?? [1, 2, 3]);
    }

    public byte[] RevocationList(DateTimeOffset nextUpdate, params X509Certificate2[] revoked)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked)
            builder.AddEntry(certificate);
        return builder.Build(Certificate, 1, nextUpdate, HashAlgorithmName.SHA256, thisUpdate: nextUpdate.AddDays(-1));
    }

    public void Dispose() => Certificate.Dispose();
}

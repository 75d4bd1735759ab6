using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatehouse.Gateway.Tests;

/// <summary>A certificate with its key: an authority that issues others, or a certificate for 127.0.0.1.</summary>
internal sealed class Authority(X509Certificate2 certificate, ECDsa key) : IDisposable
{
    public X509Certificate2 Certificate => certificate;

    public ECDsa Key => key;

    public static Authority Root(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new Authority(Request(name, key, isAuthority: true).CreateSelfSigned(Begin, End), key);
    }

    public Authority Issue(string name, bool isAuthority = true, string? fetchedAt = null)
    {
        var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(name, own, isAuthority);
        if (fetchedAt is not null) request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([], [fetchedAt]));
        using var made = request.Create(certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), Begin, End,
            RandomNumberGenerator.GetBytes(8));
        return new Authority(X509CertificateLoader.LoadCertificate(made.RawData), own);
    }

    public void Dispose()
    {
        certificate.Dispose();
        key.Dispose();
    }

    private static DateTimeOffset Begin => DateTimeOffset.UtcNow.AddHours(-1);

    private static DateTimeOffset End => DateTimeOffset.UtcNow.AddHours(1);

    private static CertificateRequest Request(string name, ECDsa key, bool isAuthority)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (isAuthority) return request;
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request;
    }
}

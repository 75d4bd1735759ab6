using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EntraStandIn;

/// <summary>Certificates for tests. Each start makes new ones.</summary>
public static class Certificates
{
    /// <summary>A certificate for localhost that is its own issuer.</summary>
    public static X509Certificate2 ForServer(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=stand-in of Entra ID", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        // TLS of Windows wants a key that is in its store.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>The certificate with which the remote server signs assertions.</summary>
    public static X509Certificate2 ForClient(DateTimeOffset now)
    {
        using var key = RSA.Create(2048);
        return new CertificateRequest("CN=remote-server", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }

    /// <summary>Certificate and key, as PEM.</summary>
    public static string WithKey(X509Certificate2 certificate)
    {
        using var key = certificate.GetRSAPrivateKey()!;
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    /// <summary>Writes a file that only this account reads (CWE-732), in one step.</summary>
    public static async Task WriteSecretAsync(string file, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var writer = new StreamWriter(file + ".new", options)) await writer.WriteAsync(text);
        File.Move(file + ".new", file, overwrite: true);
    }
}

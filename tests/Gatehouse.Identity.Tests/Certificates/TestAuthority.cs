using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatehouse.Identity.Tests.Certificates;

/// <summary>An authority of the tests' own, its workloads and its revocation lists.</summary>
internal sealed class TestAuthority : IDisposable
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly TestAuthority? parent;

    public TestAuthority(DateTimeOffset now, string name = "Mesh", TestAuthority? parent = null, bool maySignLists = true,
        ECCurve? curve = null)
    {
        this.parent = parent;
        var key = ECDsa.Create(curve ?? ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | (maySignLists ? X509KeyUsageFlags.CrlSign : 0), true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Certificate = parent is null
            ? request.CreateSelfSigned(now.AddDays(-1), now.AddYears(5))
            : request.Create(parent.Certificate, now.AddDays(-1), now.AddYears(4), [9]).CopyWithPrivateKey(key);
    }

    public X509Certificate2 Certificate { get; }

    public string Pem => Certificate.ExportCertificatePem() + "\n" + parent?.Pem;

    /// <summary>A certificate of a workload.</summary>
    public X509Certificate2 Issue(
        DateTimeOffset from, DateTimeOffset until, byte[]? serial = null, bool forClients = true, bool hasUsage = true,
        Action<SubjectAlternativeNameBuilder>? names = null, string subject = "CN=workload")
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
            request.CertificateExtensions.Add(
                new X509EnhancedKeyUsageExtension([new Oid(forClients ? ClientAuthentication : ServerAuthentication)], false));
        return request.Create(Certificate, from, until, serial ?? [1, 2, 3]);
    }

    public byte[] RevocationList(DateTimeOffset nextUpdate, params X509Certificate2[] revoked)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked)
            builder.AddEntry(certificate);
        return builder.Build(Certificate, 1, nextUpdate, HashAlgorithmName.SHA256, thisUpdate: nextUpdate.AddDays(-2));
    }

    /// <summary>A list written by hand, for what no builder writes: without an end, or with extensions of the list or of its one entry.</summary>
    public byte[] HandWrittenList(
        DateTimeOffset thisUpdate, DateTimeOffset? nextUpdate, (string Oid, bool Critical)? ofList = null,
        (string Oid, bool Critical)? ofEntry = null)
    {
        var body = new AsnWriter(AsnEncodingRules.DER);
        using (body.PushSequence())
        {
            body.WriteInteger(1);
            WriteAlgorithm(body);
            body.WriteEncodedValue(Certificate.SubjectName.RawData);
            body.WriteUtcTime(thisUpdate);
            if (nextUpdate is { } next)
                body.WriteUtcTime(next);
            using (body.PushSequence())
            using (body.PushSequence())
            {
                body.WriteInteger(77);
                body.WriteUtcTime(thisUpdate);
                if (ofEntry is { } entry)
                    WriteExtension(body, entry);
            }

            if (ofList is { } list)
            {
                using (body.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    WriteExtension(body, list);
            }
        }

        var whole = new AsnWriter(AsnEncodingRules.DER);
        using (whole.PushSequence())
        {
            whole.WriteEncodedValue(body.Encode());
            WriteAlgorithm(whole);
            using var key = Certificate.GetECDsaPrivateKey()!;
            whole.WriteBitString(key.SignData(body.Encode(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }

        return whole.Encode();
    }

    private static void WriteAlgorithm(AsnWriter writer)
    {
        using (writer.PushSequence())
            writer.WriteObjectIdentifier("1.2.840.10045.4.3.2");
    }

    private static void WriteExtension(AsnWriter writer, (string Oid, bool Critical) extension)
    {
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(extension.Oid);
            if (extension.Critical)
                writer.WriteBoolean(true);
            writer.WriteOctetString([0x02, 0x01, 0x01]);
        }
    }

    public void Dispose() => Certificate.Dispose();
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests;

/// <summary>RFC 5280 §4.2, §6, SPIFFE X.509-SVID §2: a certificate of a named authority is a workload's identity.</summary>
public sealed class CertificateIssuerTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly TestAuthority _authority;
    private readonly InMemoryRevocationList _revocations;

    public CertificateIssuerTests()
    {
        _authority = new TestAuthority(_clock.GetUtcNow());
        _revocations = new InMemoryRevocationList(_clock);
    }

    [Fact]
    public void Names_TheWorkloadByItsUri()
    {
        var result = Judge(Issue());
        Assert.True(result.IsVerified, result.Refusal?.ToString());
        Assert.Equal("spiffe://mesh.example/ns/prod/agent", result.Token.Subject);
        Assert.Equal("certificate:mesh", result.Token.Issuer);
        Assert.Equal(["mcp:tools"], result.Token.Scopes);
        Assert.True(result.Token.IsApplication);
        Assert.Equal(_clock.GetUtcNow().AddHours(1), result.Token.ExpiresAt);
        Assert.False(result.Token.TryGetClaim("sub", out _));
    }

    [Theory]
    [InlineData(CertificateSubject.Uri, null)]
    [InlineData(CertificateSubject.Dns, "agent.mesh.example")]
    [InlineData(CertificateSubject.Name, "CN=workload")]
    public void Names_WhatIsConfigured(CertificateSubject subject, string? expected)
    {
        var certificate = Issue(names: builder => builder.AddDnsName("agent.mesh.example"));
        var result = Judge(certificate, options => options with { Subject = subject });
        Assert.Equal(expected, result.Token?.Subject);
        Assert.Equal(expected is null ? TokenRefusal.SubjectMissing : null, result.Refusal);
    }

    [Fact]
    public void Refuses_TwoNamesOfAKindAndWildcards()
    {
        var twoUris = Issue(names: builder => { builder.AddUri(new Uri("spiffe://mesh.example/a")); builder.AddUri(new Uri("spiffe://mesh.example/b")); });
        Assert.Equal(TokenRefusal.SubjectMissing, Judge(twoUris).Refusal);
        var wild = Issue(names: builder => builder.AddDnsName("*.mesh.example"));
        Assert.Equal(TokenRefusal.SubjectMissing, Judge(wild, options => options with { Subject = CertificateSubject.Dns }).Refusal);
    }

    [Fact]
    public void Refuses_WhatIsNotForClientsNotNowOrNotUnderTheAuthority()
    {
        Assert.Equal(TokenRefusal.CertificatePurpose, Judge(Issue(forClients: false)).Refusal);
        Assert.Equal(TokenRefusal.CertificatePurpose, Judge(Issue(hasUsage: false)).Refusal);
        using var other = new TestAuthority(_clock.GetUtcNow()); // the same name, another key
        Assert.Equal(TokenRefusal.CertificateUntrusted, Judge(other.Issue(_clock.GetUtcNow().AddHours(-1), _clock.GetUtcNow().AddHours(1))).Refusal);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var self = new CertificateRequest("CN=workload", key, HashAlgorithmName.SHA256);
        self.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        Assert.Equal(TokenRefusal.CertificateUntrusted, Judge(self.CreateSelfSigned(_clock.GetUtcNow().AddHours(-1), _clock.GetUtcNow().AddHours(1))).Refusal);
        Assert.Equal(TokenRefusal.CertificateUntrusted, Set().Validate(new PresentedCertificate(Issue()), ["another"]).Refusal);
    }

    [Fact]
    public void Judges_TimesAtEachUse()
    {
        var set = Set();
        var certificate = new PresentedCertificate(Issue(fromMinutes: 5));
        Assert.Equal(TokenRefusal.NotYetValid, set.Validate(certificate, ["mesh"]).Refusal);
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.True(set.Validate(certificate, ["mesh"]).IsVerified);
        _clock.Advance(TimeSpan.FromMinutes(55));
        Assert.Equal(TokenRefusal.Expired, set.Validate(certificate, ["mesh"]).Refusal);
    }

    [Fact]
    public void Takes_AnIntermediateOnTheWayToTheRoot()
    {
        using var intermediate = new TestAuthority(_clock.GetUtcNow(), "Mesh region", _authority);
        var certificate = intermediate.Issue(_clock.GetUtcNow().AddHours(-1), _clock.GetUtcNow().AddHours(1));
        Assert.Equal(TokenRefusal.CertificateUntrusted, Judge(certificate).Refusal);
        Assert.True(Judge(certificate, options => options with { AuthoritiesPem = intermediate.Pem }).IsVerified);
        Assert.Throws<InvalidDataException>(() => Judge(certificate, options => options with { AuthoritiesPem = intermediate.Certificate.ExportCertificatePem() }));
    }

    [Fact]
    public void Takes_PinnedKeysAloneOrBesidesTheAuthority()
    {
        var certificate = Issue();
        var pin = Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        Assert.True(Judge(certificate, options => options with { AuthoritiesPem = null, Pins = [pin] }).IsVerified);
        Assert.True(Judge(certificate, options => options with { Pins = [pin] }).IsVerified);
        Assert.Equal(TokenRefusal.CertificateUntrusted, Judge(Issue(), options => options with { AuthoritiesPem = null, Pins = [pin] }).Refusal);
        Assert.Equal(TokenRefusal.CertificateUntrusted, Judge(Issue(), options => options with { Pins = [pin] }).Refusal);
        Assert.Throws<InvalidDataException>(() => Judge(certificate, options => options with { AuthoritiesPem = null }));
        Assert.Throws<InvalidDataException>(() => Judge(certificate, options => options with { Pins = ["abc"] }));
        Assert.Throws<InvalidDataException>(() => Judge(certificate, options => options with { AuthoritiesPem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" }));
    }

    [Fact]
    public void Judges_RevocationAtEachUse()
    {
        var set = Set();
        var certificate = new PresentedCertificate(Issue());
        Assert.True(set.Validate(certificate, ["mesh"]).IsVerified);
        _revocations.Revoke(new Revocation(RevocationKind.Subject, "certificate:mesh", "spiffe://mesh.example/ns/prod/agent", _clock.GetUtcNow(), DateTimeOffset.MaxValue));
        Assert.Equal(TokenRefusal.Revoked, set.Validate(certificate, ["mesh"]).Refusal);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 0x7F })]
    [InlineData(new byte[] { 0x00, 0xFF, 0x01 })]
    public void Reads_AnAuthoritysRevocationList(byte[] serial)
    {
        var now = _clock.GetUtcNow();
        var revoked = Issue(serial: serial);
        var issuer = new CertificateIssuer(Options());
        var list = _authority.RevocationList(now.AddDays(1), revoked);
        foreach (var content in new[] { list, System.Text.Encoding.ASCII.GetBytes(PemEncoding.WriteString("X509 CRL", list)) })
        {
            var file = CertificateRevocationFile.Read(content, issuer);
            Assert.Equal(1, file.Count);
            Assert.True(file.IsRevoked(revoked.SerialNumber, now));
            Assert.False(file.IsRevoked(Issue(serial: [4, 4]).SerialNumber, now));
            Assert.True(file.IsRevoked(Issue(serial: [4, 4]).SerialNumber, now.AddDays(1)), "a list older than promised says nothing good of anyone");
        }

        Assert.Equal(0, CertificateRevocationFile.Read(_authority.RevocationList(now.AddDays(1)), issuer).Count);
    }

    [Fact]
    public void Refuses_ARevocationListOfAnybodyElse()
    {
        var now = _clock.GetUtcNow();
        var issuer = new CertificateIssuer(Options());
        using var other = new TestAuthority(now);
        Assert.Throws<InvalidDataException>(() => CertificateRevocationFile.Read(other.RevocationList(now.AddDays(1)), issuer));
        var changed = _authority.RevocationList(now.AddDays(1), Issue());
        changed[^70] ^= 1;
        Assert.Throws<InvalidDataException>(() => CertificateRevocationFile.Read(changed, issuer));
        foreach (var junk in new[] { Array.Empty<byte>(), [0x30], [0x30, 0x80], "hello"u8.ToArray(), _authority.Certificate.RawData })
            Assert.Throws<InvalidDataException>(() => CertificateRevocationFile.Read(junk, issuer));
    }

    public void Dispose() => _authority.Dispose();

    private CertificateIssuerOptions Options() => new() { Name = "mesh", AuthoritiesPem = _authority.Pem, Scopes = ["mcp:tools"] };

    private CertificateIssuerSet Set(Func<CertificateIssuerOptions, CertificateIssuerOptions>? change = null) =>
        new([new CertificateIssuer(change is null ? Options() : change(Options()))], _revocations, _clock);

    private TokenResult Judge(X509Certificate2 certificate, Func<CertificateIssuerOptions, CertificateIssuerOptions>? change = null) =>
        Set(change).Validate(new PresentedCertificate(certificate), ["mesh"]);

    private X509Certificate2 Issue(
        byte[]? serial = null, bool forClients = true, bool hasUsage = true, Action<SubjectAlternativeNameBuilder>? names = null, int fromMinutes = -60) =>
        _authority.Issue(_clock.GetUtcNow().AddMinutes(fromMinutes), _clock.GetUtcNow().AddHours(1), serial, forClients, hasUsage, names);
}

using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Identity.Certificates;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Certificates;

/// <summary>RFC 5280 §4.2, §6, SPIFFE X.509-SVID §2: a certificate of a named authority is a workload's identity.</summary>
public sealed class CertificateIssuerTests : IDisposable
{
    private readonly ManualTimeProvider clock = new();
    private readonly TestAuthority authority;
    private readonly InMemoryRevocationList revocations;

    public CertificateIssuerTests()
    {
        authority = new TestAuthority(clock.GetUtcNow());
        revocations = new InMemoryRevocationList(clock);
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
        Assert.Equal(clock.GetUtcNow().AddHours(1), result.Token.ExpiresAt);
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

    // CWE-613. The holder of the certificate and its key can write the authority's ECDSA signature (r, s) as (r, n - s).
    [Theory]
    [InlineData("nistP256")]
    [InlineData("nistP384")]
    [InlineData("nistP521")]
    [InlineData("brainpoolP256r1")]
    public void Refuses_ACertificateRevokedByItsHash_WithTheOtherFormOfItsSignature(string curve)
    {
        var now = clock.GetUtcNow();
        using var root = new TestAuthority(now, curve: ECCurve.CreateFromFriendlyName(curve));
        using var key = root.Certificate.GetECDsaPublicKey()!;
        var certificate = root.Issue(now.AddHours(-1), now.AddHours(1));
        var other = OtherForm(certificate, new BigInteger(key.ExportExplicitParameters(false).Curve.Order, isUnsigned: true, isBigEndian: true));
        Assert.True(JudgeByRoot(other).IsVerified);
        var hash = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
        revocations.Revoke(new Revocation(RevocationKind.TokenHash, "", hash, now, now.AddHours(1)));
        Assert.Equal(TokenRefusal.Revoked, JudgeByRoot(certificate).Refusal);
        Assert.Equal(TokenRefusal.Revoked, JudgeByRoot(other).Refusal);
        Assert.True(JudgeByRoot(root.Issue(now.AddHours(-1), now.AddHours(1))).IsVerified);

        TokenResult JudgeByRoot(X509Certificate2 shown) => Judge(shown, options => options with { AuthoritiesPem = root.Pem });
    }

    private static X509Certificate2 OtherForm(X509Certificate2 certificate, BigInteger order)
    {
        var parts = new AsnReader(certificate.RawData, AsnEncodingRules.DER).ReadSequence();
        var (body, algorithm) = (parts.ReadEncodedValue(), parts.ReadEncodedValue());
        var numbers = new AsnReader(parts.ReadBitString(out _), AsnEncodingRules.DER).ReadSequence();
        var (signature, whole) = (new AsnWriter(AsnEncodingRules.DER), new AsnWriter(AsnEncodingRules.DER));
        using (signature.PushSequence())
        {
            signature.WriteInteger(numbers.ReadInteger());
            signature.WriteInteger(order - numbers.ReadInteger());
        }

        using (whole.PushSequence())
        {
            whole.WriteEncodedValue(body.Span);
            whole.WriteEncodedValue(algorithm.Span);
            whole.WriteBitString(signature.Encode());
        }

        return X509CertificateLoader.LoadCertificate(whole.Encode());
    }

    [Fact]
    public void Refuses_TwoNamesOfAKindAndWildcards()
    {
        var twoUris = Issue(
            names: builder => { builder.AddUri(new Uri("spiffe://mesh.example/a")); builder.AddUri(new Uri("spiffe://mesh.example/b")); });
        Assert.Equal(TokenRefusal.SubjectMissing, Judge(twoUris).Refusal);
        var wild = Issue(names: builder => builder.AddDnsName("*.mesh.example"));
        Assert.Equal(TokenRefusal.SubjectMissing, Judge(wild, options => options with { Subject = CertificateSubject.Dns }).Refusal);
    }

    [Fact]
    public void Refuses_WhatIsNotForClientsNotNowOrNotUnderTheAuthority()
    {
        Assert.Equal(TokenRefusal.CertificatePurpose, Judge(Issue(forClients: false)).Refusal);
        Assert.Equal(TokenRefusal.CertificatePurpose, Judge(Issue(hasUsage: false)).Refusal);
        using var other = new TestAuthority(clock.GetUtcNow()); // the same name, another key
        Assert.Equal(TokenRefusal.CertificateUntrusted, Judge(other.Issue(clock.GetUtcNow().AddHours(-1), clock.GetUtcNow().AddHours(1))).Refusal);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var self = new CertificateRequest("CN=workload", key, HashAlgorithmName.SHA256);
        self.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        Assert.Equal(TokenRefusal.CertificateUntrusted,
            Judge(self.CreateSelfSigned(clock.GetUtcNow().AddHours(-1), clock.GetUtcNow().AddHours(1))).Refusal);
        Assert.Equal(TokenRefusal.CertificateUntrusted, Set().Validate(new PresentedCertificate(Issue()), ["another"]).Refusal);
    }

    [Fact]
    public void Judges_TimesAtEachUse()
    {
        var set = Set();
        var certificate = new PresentedCertificate(Issue(fromMinutes: 5));
        Assert.Equal(TokenRefusal.NotYetValid, set.Validate(certificate, ["mesh"]).Refusal);
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.True(set.Validate(certificate, ["mesh"]).IsVerified);
        clock.Advance(TimeSpan.FromMinutes(55));
        Assert.Equal(TokenRefusal.Expired, set.Validate(certificate, ["mesh"]).Refusal);
    }

    [Fact]
    public void Takes_AnIntermediateOnTheWayToTheRoot()
    {
        using var intermediate = new TestAuthority(clock.GetUtcNow(), "Mesh region", authority);
        var certificate = intermediate.Issue(clock.GetUtcNow().AddHours(-1), clock.GetUtcNow().AddHours(1));
        Assert.Equal(TokenRefusal.CertificateUntrusted, Judge(certificate).Refusal);
        Assert.True(Judge(certificate, options => options with { AuthoritiesPem = intermediate.Pem }).IsVerified);
        Assert.Throws<InvalidDataException>(
            () => Judge(certificate, options => options with { AuthoritiesPem = intermediate.Certificate.ExportCertificatePem() }));
    }

    [Fact]
    public void Takes_PinnedKeysAmongThoseOfTheAuthority()
    {
        var certificate = Issue();
        Assert.True(Judge(certificate, options => options with { Pins = [PinOf(certificate)] }).IsVerified);
        Assert.Equal(TokenRefusal.CertificateUntrusted, Judge(Issue(), options => options with { Pins = [PinOf(certificate)] }).Refusal);
        Assert.Throws<InvalidDataException>(() => Judge(certificate, options => options with { Pins = ["abc"] }));
        Assert.Throws<InvalidDataException>(
            () => Judge(certificate, options => options with { AuthoritiesPem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" }));
    }

    [Fact]
    public void WithoutAuthorities_AKeyIsTheWorkloadThatConfigurationNames_WhateverItsCertificateSays()
    {
        using var agent = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var billing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = clock.GetUtcNow();
        var honest = SelfSigned(agent, "spiffe://mesh.example/agent", now.AddHours(1));
        // the agent's own key, the name of another, an end of its choice
        var forged = SelfSigned(agent, "spiffe://mesh.example/billing", now.AddYears(50));
        var set = Set(options =>
            Named(options, ("agent", [PinOf(honest)]), ("billing", [PinOf(SelfSigned(billing, "spiffe://mesh.example/billing", now.AddHours(1)))])));
        foreach (var shown in new[] { honest, forged })
            Assert.Equal("agent", set.Validate(new PresentedCertificate(shown), ["mesh"]).Token?.Subject);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(TokenRefusal.CertificateUntrusted,
            set.Validate(new PresentedCertificate(SelfSigned(stranger, "spiffe://mesh.example/agent", now.AddHours(1))), ["mesh"]).Refusal);
        Assert.Equal(TokenRefusal.Expired,
            set.Validate(new PresentedCertificate(SelfSigned(agent, "spiffe://mesh.example/agent", now.AddMinutes(-1))), ["mesh"]).Refusal);
    }

    [Fact]
    public void AWorkloadsKey_MayBeExchangedForANewOneAndEndsWhenItIsTakenOut()
    {
        using var old = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var end = clock.GetUtcNow().AddHours(1);
        var (before, after) = (SelfSigned(old, "https://agent.example/", end), SelfSigned(next, "https://agent.example/", end));
        var both = Set(options => Named(options, ("agent", [PinOf(before), PinOf(after)])));
        var caller = both.Validate(new PresentedCertificate(before), ["mesh"]).Token!;
        Assert.Equal("agent", both.Validate(new PresentedCertificate(after), ["mesh"]).Token?.Subject);
        Assert.True(both.StillTakes(caller));
        var later = Set(options => Named(options, ("agent", [PinOf(after)])));
        Assert.False(later.StillTakes(caller));
        Assert.Equal(TokenRefusal.CertificateUntrusted, later.Validate(new PresentedCertificate(before), ["mesh"]).Refusal);
        Assert.False(Set(options => Named(options, ("other", [PinOf(before)]))).StillTakes(caller));
        Assert.False(new CertificateIssuerSet([], revocations, clock).StillTakes(caller));
    }

    [Fact]
    public void Refuses_PinsThatNameNobodyAndKeysOfTwoWorkloads()
    {
        var pin = PinOf(Issue());
        var alone = Assert.Throws<InvalidDataException>(() => Set(options => options with { AuthoritiesPem = null, Pins = [pin] }));
        Assert.Contains("name the workload of each key", alone.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => Set(options => options with { AuthoritiesPem = null }));
        Assert.Throws<InvalidDataException>(() => Set(options => Named(options, ("agent", [pin])) with { AuthoritiesPem = authority.Pem }));
        Assert.Throws<InvalidDataException>(() => Set(options => Named(options, ("agent", [pin]), ("billing", [pin]))));
    }

    [Fact]
    public void Judges_RevocationAtEachUse()
    {
        var set = Set();
        var certificate = new PresentedCertificate(Issue());
        Assert.True(set.Validate(certificate, ["mesh"]).IsVerified);
        revocations.Revoke(
            new Revocation(RevocationKind.Subject, "certificate:mesh", "spiffe://mesh.example/ns/prod/agent", clock.GetUtcNow(),
                DateTimeOffset.MaxValue));
        Assert.Equal(TokenRefusal.Revoked, set.Validate(certificate, ["mesh"]).Refusal);
    }

    [Fact]
    public void Sweep_ForgetsJudgementsThatAreTooOld()
    {
        var set = Set();
        Assert.True(set.Validate(new PresentedCertificate(Issue()), ["mesh"]).IsVerified);
        clock.Advance(CertificateIssuerSet.JudgementLife - TimeSpan.FromSeconds(1));
        set.Sweep(clock.GetUtcNow());
        Assert.Equal(1, set.Count);
        clock.Advance(TimeSpan.FromSeconds(1));
        set.Sweep(clock.GetUtcNow());
        Assert.Equal(0, set.Count);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 0x7F })]
    [InlineData(new byte[] { 0x00, 0xFF, 0x01 })]
    public void Reads_AnAuthoritysRevocationList(byte[] serial)
    {
        var now = clock.GetUtcNow();
        var revoked = Issue(serial: serial);
        var issuer = new CertificateIssuer(Options());
        var list = authority.RevocationList(now.AddDays(1), revoked);
        foreach (var content in new[] { list, System.Text.Encoding.ASCII.GetBytes(PemEncoding.WriteString("X509 CRL", list)) })
        {
            var file = CertificateRevocationFile.Read(content, issuer, now);
            Assert.Equal(1, file.Count);
            Assert.True(file.IsRevoked(PathOf(revoked), now));
            Assert.False(file.IsRevoked(PathOf(Issue(serial: [4, 4])), now));
            Assert.True(file.IsRevoked(PathOf(Issue(serial: [4, 4])), now.AddDays(1)), "a list older than promised says nothing good of anyone");
            Assert.Equal((0, 1), (file.CountOverdue(now), file.CountOverdue(now.AddDays(1))));
        }

        Assert.Equal(0, CertificateRevocationFile.Read(authority.RevocationList(now.AddDays(1)), issuer, now).Count);
    }

    [Fact]
    public void ARevocationList_SpeaksOfItsOwnAuthorityAlone()
    {
        var now = clock.GetUtcNow();
        using var north = new TestAuthority(now, "North", authority);
        using var south = new TestAuthority(now, "South", authority);
        var pem = north.Certificate.ExportCertificatePem() + "\n" + south.Pem;
        var issuer = new CertificateIssuer(Options() with { AuthoritiesPem = pem });
        // one number, two certificates
        var (northern, southern) = (north.Issue(now.AddHours(-1), now.AddHours(1), [7]), south.Issue(now.AddHours(-1), now.AddHours(1), [7]));
        var ofNorth = north.RevocationList(now.AddDays(1), northern);
        var one = CertificateRevocationFile.Read(ofNorth, issuer, now);
        Assert.True(one.IsRevoked(PathOf(northern, pem), now));
        Assert.True(one.IsRevoked(PathOf(southern, pem), now), "nothing is known of the certificates of an authority whose list is not here");

        var both = CertificateRevocationFile.Read(Pem(ofNorth, south.RevocationList(now.AddDays(2))), issuer, now);
        Assert.True(both.IsRevoked(PathOf(northern, pem), now));
        Assert.False(both.IsRevoked(PathOf(southern, pem), now));
        Assert.False(both.IsRevoked(PathOf(southern, pem), now.AddDays(1)));
        Assert.Equal((1, now.AddDays(1)), (both.CountOverdue(now.AddDays(1)), both.NextUpdate));

        var withRoot = CertificateRevocationFile.Read(
            Pem(south.RevocationList(now.AddDays(1)), authority.RevocationList(now.AddDays(1), south.Certificate)), issuer, now);
        Assert.True(withRoot.IsRevoked(PathOf(southern, pem), now), "the root revoked the authority that issued the certificate");
        Assert.Throws<InvalidDataException>(() => CertificateRevocationFile.Read(Pem(ofNorth, ofNorth), issuer, now));
    }

    [Theory]
    [InlineData("2.5.29.27", true, "delta list")]
    [InlineData("2.5.29.27", false, "delta list")]
    [InlineData("2.5.29.28", true, "a part of the certificates")]
    [InlineData("2.5.29.28", false, "a part of the certificates")]
    [InlineData("1.2.3.4", true, "critical extension 1.2.3.4")]
    [InlineData("1.2.3.4", false, null)]
    [InlineData("2.5.29.20", false, null)]
    public void Refuses_AListThatDoesNotSpeakOfAllCertificates(string oid, bool critical, string? fault)
    {
        var now = clock.GetUtcNow();
        var list = authority.HandWrittenList(now.AddHours(-1), now.AddDays(1), ofList: (oid, critical));
        AssertRead(list, now, fault);
        AssertRead(authority.HandWrittenList(now.AddHours(-1), now.AddDays(1), ofEntry: (oid, critical)), now, fault);
    }

    [Fact]
    public void Refuses_AListFromTheFutureWithoutAnEndOrOfAnAuthorityThatMayNotSignLists()
    {
        var now = clock.GetUtcNow();
        AssertRead(authority.HandWrittenList(now.AddMinutes(4), now.AddDays(1)), now, null); // clocks differ a little
        AssertRead(authority.HandWrittenList(now.AddHours(1), now.AddDays(1)), now, "valid from");
        AssertRead(authority.HandWrittenList(now.AddHours(-1), null), now, "nextUpdate");
        // an indirect list
        AssertRead(authority.HandWrittenList(now.AddHours(-1), now.AddDays(1), ofEntry: ("2.5.29.29", true)), now, "critical extension 2.5.29.29");
        using var mute = new TestAuthority(now, "Mute", maySignLists: false);
        var issuer = new CertificateIssuer(Options() with { AuthoritiesPem = mute.Pem });
        var refused = Assert.Throws<InvalidDataException>(
            () => CertificateRevocationFile.Read(mute.HandWrittenList(now.AddHours(-1), now.AddDays(1)), issuer, now));
        Assert.Contains("may sign revocation lists", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_ARevocationListOfAnybodyElse()
    {
        var now = clock.GetUtcNow();
        var issuer = new CertificateIssuer(Options());
        using var other = new TestAuthority(now);
        Assert.Throws<InvalidDataException>(() => CertificateRevocationFile.Read(other.RevocationList(now.AddDays(1)), issuer, now));
        var changed = authority.RevocationList(now.AddDays(1), Issue());
        changed[^1] ^= 1; // of the signature. Bytes before it have a place that differs from signature to signature
        Assert.Throws<InvalidDataException>(() => CertificateRevocationFile.Read(changed, issuer, now));
        foreach (var junk in new[]
            { Array.Empty<byte>(), [0x30], [0x30, 0x80], "hello"u8.ToArray(), authority.Certificate.RawData,
                System.Text.Encoding.ASCII.GetBytes(authority.Pem) })
            Assert.Throws<InvalidDataException>(() => CertificateRevocationFile.Read(junk, issuer, now));
    }

    public void Dispose() => authority.Dispose();

    private CertificateIssuerOptions Options() => new() { Name = "mesh", AuthoritiesPem = authority.Pem, Scopes = ["mcp:tools"] };

    private CertificateIssuerSet Set(Func<CertificateIssuerOptions, CertificateIssuerOptions>? change = null) =>
        new([new CertificateIssuer(change is null ? Options() : change(Options()))], revocations, clock);

    private void AssertRead(byte[] list, DateTimeOffset now, string? fault)
    {
        var issuer = new CertificateIssuer(Options());
        if (fault is null)
            Assert.Equal(1, CertificateRevocationFile.Read(list, issuer, now).Count);
        else
            Assert.Contains(fault, Assert.Throws<InvalidDataException>(() => CertificateRevocationFile.Read(list, issuer, now)).Message,
                StringComparison.Ordinal);
    }

    private static byte[] Pem(params byte[][] lists) =>
        System.Text.Encoding.ASCII.GetBytes(string.Join('\n', lists.Select(list => PemEncoding.WriteString("X509 CRL", list))));

    private System.Collections.Immutable.ImmutableArray<CertificateLink> PathOf(X509Certificate2 certificate, string? pem = null) =>
        Judge(certificate, options => options with { AuthoritiesPem = pem ?? authority.Pem }).Token!.CertificatePath;

    private static string PinOf(X509Certificate2 certificate) =>
        Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    private static CertificateIssuerOptions Named(CertificateIssuerOptions options, params (string Name, string[] Pins)[] workloads) =>
        options with
        {
            AuthoritiesPem = null,
            Workloads = workloads.ToDictionary(workload => workload.Name, IReadOnlyList<string> (workload) => workload.Pins,
                StringComparer.Ordinal)
        };

    private X509Certificate2 SelfSigned(ECDsa key, string uri, DateTimeOffset until)
    {
        var request = new CertificateRequest("CN=workload", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(uri));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        return request.CreateSelfSigned(clock.GetUtcNow().AddHours(-1), until);
    }

    private TokenResult Judge(X509Certificate2 certificate, Func<CertificateIssuerOptions, CertificateIssuerOptions>? change = null) =>
        Set(change).Validate(new PresentedCertificate(certificate), ["mesh"]);

    private X509Certificate2 Issue(
        byte[]? serial = null, bool forClients = true, bool hasUsage = true, Action<SubjectAlternativeNameBuilder>? names = null,
        int fromMinutes = -60) =>
        authority.Issue(clock.GetUtcNow().AddMinutes(fromMinutes), clock.GetUtcNow().AddHours(1), serial, forClients, hasUsage, names);
}

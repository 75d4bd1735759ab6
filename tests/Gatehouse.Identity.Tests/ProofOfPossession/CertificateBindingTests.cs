using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Certificates;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Tests.ProofOfPossession;

/// <summary>RFC 8705 §3: a token bound to a certificate is good with that certificate alone.</summary>
public sealed class CertificateBindingTests : IDisposable
{
    private readonly SenderBench bench = new();

    [Fact]
    public async Task Holds_ATokenToItsCertificate()
    {
        var own = Certificate("own");
        var token = bench.Bound(new JsonObject { ["x5t#S256"] = own.Thumbprint });
        Assert.Null(await bench.UseAsync(token, new PossessionEvidence { Certificate = own }));
        Assert.Null(await bench.UseAsync(token, new PossessionEvidence { Certificate = own }, SenderConstraintRequirement.MutualTls));
        Assert.Null(await bench.UseAsync(token, new PossessionEvidence { Certificate = own }, SenderConstraintRequirement.Any));
        Assert.Equal(TokenRefusal.NotSenderConstrained,
            await bench.UseAsync(token, new PossessionEvidence { Certificate = own }, SenderConstraintRequirement.DPoP));
        Assert.Equal(TokenRefusal.CertificateMismatch, await bench.UseAsync(token, new PossessionEvidence { Certificate = Certificate("other") }));
        Assert.Equal(TokenRefusal.CertificateMissing, await bench.UseAsync(token, default));
    }

    [Fact]
    public async Task Holds_ATokenToBothOfItsBindings()
    {
        var own = Certificate("own");
        var token = bench.Bound(new JsonObject { ["x5t#S256"] = own.Thumbprint, ["jkt"] = bench.Client.Thumbprint });
        Assert.Null(await UseAsync(own));
        Assert.Equal(TokenRefusal.CertificateMissing, await UseAsync(null));
        Assert.Equal(TokenRefusal.SenderConstrained, await bench.UseAsync(token, new PossessionEvidence { Certificate = own }));

        Task<TokenRefusal?> UseAsync(PresentedCertificate? certificate) => bench.UseAsync(token, new PossessionEvidence
        {
            Scheme = TokenScheme.DPoP,
            Method = "POST",
            Proof = bench.Client.Make("POST", SenderBench.Url, token),
            Certificate = certificate,
        });
    }

    [Fact]
    public void Reads_TheHeaderOfAProxyAndNothingLikeIt()
    {
        var certificate = Certificate("own");
        var text = Convert.ToBase64String(certificate.Certificate.RawData);
        Assert.True(PresentedCertificate.TryReadHeader($":{text}:", out var read));
        Assert.Equal(certificate.Thumbprint, read.Thumbprint);
        foreach (var bad in new[]
            { null, "", "::", text, $":{text}", $"{text}:", $":{text[..^8]}:", ":AAAA:", $":{text}:, :{text}:", $":{new string('A', 30_000)}:" })
            Assert.False(PresentedCertificate.TryReadHeader(bad, out _), bad);
    }

    public void Dispose() => bench.Dispose();

    private static PresentedCertificate Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        return new PresentedCertificate(request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100)));
    }
}

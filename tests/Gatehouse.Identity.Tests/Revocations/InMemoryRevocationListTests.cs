using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Identity.Tokens;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Revocations;

public sealed class InMemoryRevocationListTests
{
    [Theory]
    [InlineData(RevocationKind.TokenHash)]
    [InlineData(RevocationKind.TokenId)]
    [InlineData(RevocationKind.Session)]
    [InlineData(RevocationKind.Subject)]
    [InlineData(RevocationKind.Client)]
    [InlineData(RevocationKind.Issuer)]
    public async Task Revokes_TheTokensMeantAndNoOthers(RevocationKind kind)
    {
        var bench = new ValidatorBench();
        var draft = bench.Draft();
        draft.Claims["sid"] = "session-1";
        var token = (await bench.ValidateAsync(draft)).Token!;
        var value = kind switch
        {
            RevocationKind.TokenHash => token.TokenHash.ToString(),
            RevocationKind.TokenId => token.TokenId!,
            RevocationKind.Session => token.SessionId!,
            RevocationKind.Subject => token.Subject,
            RevocationKind.Client => token.ClientId!,
            _ => "",
        };
        var issuer = kind == RevocationKind.TokenHash ? "" : token.Issuer;
        var list = new InMemoryRevocationList(bench.Clock);
        var now = bench.Clock.GetUtcNow();

        Assert.True(list.Revoke(new Revocation(kind, issuer + "x", value, now, now.AddHours(1))));
        Assert.True(list.Revoke(new Revocation(kind, issuer, value + "x", now, now.AddHours(1))));
        Assert.False(list.IsRevoked(token));

        var generation = list.Generation;
        Assert.True(list.Revoke(new Revocation(kind, issuer, value, now, now.AddHours(1))));
        Assert.True(list.IsRevoked(token));
        Assert.NotEqual(generation, list.Generation);
    }

    // CWE-613. From an ECDSA signature (r, s) anyone can make (r, n - s), which every verifier takes.
    [Theory]
    [InlineData("ES256", 32, "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551")]
    [InlineData("ES384", 48, "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973")]
    public async Task ATokenRevokedByItsHash_IsRevokedWithTheOtherFormOfItsSignature(string algorithm, int length, string order)
    {
        var bench = new ValidatorBench(static profile => profile with { Algorithms = ["ES256", "ES384"] });
        var token = bench.Draft(algorithm == "ES256" ? ValidatorBench.Es256 : ValidatorBench.Es384).Write();
        var other = OtherForm(token, length, BigInteger.Parse("0" + order, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        Assert.True((await bench.ValidateAsync(other)).IsVerified);
        var now = bench.Clock.GetUtcNow();
        foreach (var (revoked, shown) in new[] { (token, other), (other, token) })
        {
            var revoking = new ValidatorBench(static profile => profile with { Algorithms = ["ES256", "ES384"] });
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(revoked)));
            Assert.True((await revoking.ValidateAsync(shown)).IsVerified);
            revoking.Revocations.Revoke(new Revocation(RevocationKind.TokenHash, "", hash, now, now.AddHours(1)));
            Assert.Equal(TokenRefusal.Revoked, (await revoking.ValidateAsync(shown)).Refusal);
            Assert.Equal(TokenRefusal.Revoked, (await revoking.ValidateAsync(revoked)).Refusal);
            Assert.True((await revoking.ValidateAsync(revoking.Draft())).IsVerified);
        }
    }

    [Fact]
    public async Task LeavesTokensAloneThatASubjectGotAfterTheRevocation()
    {
        var bench = new ValidatorBench();
        var before = bench.Draft().Write();
        Assert.True((await bench.ValidateAsync(before)).IsVerified);
        var now = bench.Clock.GetUtcNow();
        bench.Revocations.Revoke(new Revocation(RevocationKind.Subject, ValidatorBench.Issuer, "alice", now, now.AddHours(1)));
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TokenRefusal.Revoked, (await bench.ValidateAsync(before)).Refusal);
        Assert.True((await bench.ValidateAsync(bench.Draft())).IsVerified);

        var undated = bench.Draft();
        undated.Claims.Remove("iat");
        Assert.Equal(TokenRefusal.Revoked, (await bench.ValidateAsync(undated)).Refusal);
    }

    [Fact]
    public void Refuses_MoreThanItsCapacityAndNeverDropsWhatIsStillNeeded()
    {
        var clock = new ManualTimeProvider();
        var list = new InMemoryRevocationList(clock, capacity: 2);
        Assert.True(list.Revoke(Session("a", clock)));
        Assert.True(list.Revoke(Session("b", clock)));
        Assert.False(list.Revoke(Session("c", clock)));
        Assert.True(list.Revoke(Session("a", clock)));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.True(list.Revoke(Session("c", clock)));
    }

    private static string OtherForm(string token, int length, BigInteger order)
    {
        var end = token.LastIndexOf('.') + 1;
        var signature = Base64Url.DecodeFromChars(token.AsSpan(end));
        var other = (order - new BigInteger(signature.AsSpan(length), isUnsigned: true, isBigEndian: true)).ToByteArray(true, true);
        signature.AsSpan(length).Clear();
        other.CopyTo(signature.AsSpan(signature.Length - other.Length));
        return token[..end] + Base64Url.EncodeToString(signature);
    }

    private static Revocation Session(string id, ManualTimeProvider clock) =>
        new(RevocationKind.Session, "https://i", id, clock.GetUtcNow(), clock.GetUtcNow().AddHours(1));
}

using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Keys;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Tests.Keys;

public sealed class JsonWebKeySetTests
{
    private static readonly TestKey Elliptic = TestKey.Es256("ec");
    private static readonly TestKey Rsa = TestKey.Rs256("rsa");

    [Fact]
    public void FindsAKeyByItsExactIdAndAlgorithm()
    {
        var set = TestKeySet.Of(Elliptic, Rsa);
        Assert.Equal("ec", set.Find("ec", "ES256").Key?.KeyId);
        Assert.Equal(TokenRefusal.KeyMismatch, set.Find("ec", "ES384").Refusal);
        Assert.Equal(TokenRefusal.KeyMismatch, set.Find("rsa", "PS256").Refusal);
        Assert.Equal(TokenRefusal.UnknownKey, set.Find("EC", "ES256").Refusal);
    }

    [Fact]
    public void UsesAnRsaKeyThatNamesNoAlgorithmForEitherPadding()
    {
        var set = JsonWebKeySet.Parse(TestKeySet.Document(Rsa.PublicJwk(withAlgorithm: false)));
        Assert.NotNull(set.Find("rsa", "RS256").Key);
        Assert.NotNull(set.Find("rsa", "PS256").Key);
        Assert.Equal(TokenRefusal.KeyMismatch, set.Find("rsa", "ES256").Refusal);
    }

    [Fact]
    public void FindsTheOnlyFittingKeyWithoutAnIdAndRefusesToChooseAmongSeveral()
    {
        Assert.NotNull(TestKeySet.Of(Elliptic, Rsa).Find(null, "ES256").Key);
        Assert.Equal(TokenRefusal.UnknownKey, TestKeySet.Of(Elliptic, TestKey.Es256("other")).Find(null, "ES256").Refusal);
    }

    [Theory]
    [InlineData("d")]
    [InlineData("p")]
    [InlineData("k")]
    [InlineData("oth")]
    public void Refuses_ASetWithASecretMember(string member)
    {
        var jwk = Elliptic.PublicJwk();
        jwk[member] = "AAAA";
        Refused(TestKeySet.Document(Rsa.PublicJwk(), jwk));
    }

    [Fact]
    public void Refuses_ASetWithASymmetricKey() =>
        Refused(TestKeySet.Document(Rsa.PublicJwk(), new JsonObject { ["kty"] = "oct", ["kid"] = "s" }));

    [Fact]
    public void Refuses_ASetThatNamesTwoKeysAlike() =>
        Refused(TestKeySet.Document(Elliptic, TestKey.Rs256("ec")));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"keys\":{}}")]
    [InlineData("{\"keys\":[1]}")]
    [InlineData("{\"keys\":[{}]}")]
    [InlineData("{\"keys\":[{\"kty\":1}]}")]
    [InlineData("{\"keys\":[{\"kty\":\"EC\",\"kid\":7}]}")]
    [InlineData("{\"keys\":[{\"kty\":\"EC\",\"key_ops\":\"verify\"}]}")]
    [InlineData("{\"keys\":[{\"kty\":\"EC\",\"kty\":\"RSA\"}]}")]
    [InlineData("{\"keys\":[]} {}")]
    public void Refuses_WhatIsNoKeySet(string document) => Refused(Encoding.UTF8.GetBytes(document));

    [Fact]
    public void Refuses_MoreKeysOrBytesThanTheLimits()
    {
        var jwk = Elliptic.PublicJwk();
        jwk.Remove("kid");
        Assert.Equal(JsonWebKeySet.MaxKeys, JsonWebKeySet.Parse(TestKeySet.Document([.. Enumerable.Repeat(jwk, JsonWebKeySet.MaxKeys)])).Keys.Length);
        Refused(TestKeySet.Document([.. Enumerable.Repeat(jwk, JsonWebKeySet.MaxKeys + 1)]));
        Refused([.. TestKeySet.Document(Elliptic), .. Enumerable.Repeat((byte)' ', JsonWebKeySet.MaxDocumentBytes)]);
    }

    [Theory]
    [InlineData("use", "enc", JsonWebKeyUse.OtherPurpose)]
    [InlineData("alg", "ECDH-ES", JsonWebKeyUse.OtherPurpose)]
    [InlineData("alg", "HS256", JsonWebKeyUse.OtherPurpose)]
    [InlineData("kty", "OKP", JsonWebKeyUse.UnknownType)]
    [InlineData("crv", "secp256k1", JsonWebKeyUse.UnknownType)]
    [InlineData("crv", "P-384", JsonWebKeyUse.Broken)]
    [InlineData("x", "AAAA", JsonWebKeyUse.Broken)]
    [InlineData("x", "not base64url!", JsonWebKeyUse.Broken)]
    [InlineData("y", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", JsonWebKeyUse.Broken)]
    public void VerifiesNothingWithAKeyThatIsNotFitAndKeepsTheOthers(string member, string value, JsonWebKeyUse expected)
    {
        var jwk = Elliptic.PublicJwk();
        jwk[member] = value;
        var set = JsonWebKeySet.Parse(TestKeySet.Document(jwk, Rsa.PublicJwk()));
        Assert.Equal(expected, set.Keys[0].Use);
        Assert.Equal(TokenRefusal.KeyMismatch, set.Find("ec", "ES256").Refusal);
        Assert.NotNull(set.Find("rsa", "RS256").Key);
    }

    [Theory]
    [InlineData("e", "AQ")]
    [InlineData("e", "Aw")]
    [InlineData("e", "AQAA")]
    [InlineData("e", "AQAAAAE")]
    public void CallsAnRsaKeyWithABadExponentWeak(string member, string value)
    {
        var jwk = Rsa.PublicJwk();
        jwk[member] = value;
        Assert.Equal(JsonWebKeyUse.Weak, JsonWebKeySet.Parse(TestKeySet.Document(jwk)).Keys[0].Use);
    }

    [Fact]
    public void CallsAnRsaKeyBelow2048BitsWeak() =>
        Assert.Equal(JsonWebKeyUse.Weak, TestKeySet.Of(TestKey.Rs256("short", 1024)).Keys[0].Use);

    [Fact]
    public void CallsAnRsaKeyAbove8192BitsWeak()
    {
        var jwk = Rsa.PublicJwk();
        jwk["n"] = System.Buffers.Text.Base64Url.EncodeToString([.. Enumerable.Repeat((byte)0xFF, (JsonWebKey.MaxRsaBits / 8) + 1)]);
        Assert.Equal(JsonWebKeyUse.Weak, JsonWebKeySet.Parse(TestKeySet.Document(jwk)).Keys[0].Use);
    }

    private static void Refused(byte[] document) => Assert.Throws<FormatException>(() => JsonWebKeySet.Parse(document));
}

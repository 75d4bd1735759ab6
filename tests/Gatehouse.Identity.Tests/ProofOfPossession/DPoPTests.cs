using System.Text.Json.Nodes;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Keys;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Identity.Tokens;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.ProofOfPossession;

/// <summary>RFC 9449 §4.3, §7, §8, §9, §11.1: a good proof is good once, and one change makes it bad.</summary>
public sealed class DPoPTests : IDisposable
{
    private readonly SenderBench bench = new();

    public static TheoryData<string> Rows => new(Forgeries.Keys);

    private static readonly Dictionary<string, (TokenRefusal? Refusal, Action<SenderBench, JsonObject, JsonObject> Change)> Forgeries =
        new(StringComparer.Ordinal)
        {
            ["typ of a token"] = (TokenRefusal.ProofMalformed, (_, header, _) => header["typ"] = "at+jwt"),
            ["no typ"] = (TokenRefusal.ProofMalformed, (_, header, _) => header.Remove("typ")),
            ["alg none"] = (TokenRefusal.ProofMalformed, (_, header, _) => header["alg"] = "none"),
            ["alg HMAC"] = (TokenRefusal.ProofMalformed, (_, header, _) => header["alg"] = "HS256"),
            ["alg of another curve"] = (TokenRefusal.ProofSignatureInvalid, (_, header, _) => header["alg"] = "ES384"),
            ["no key"] = (TokenRefusal.ProofMalformed, (_, header, _) => header.Remove("jwk")),
            ["key by reference"] = (TokenRefusal.ProofMalformed, (_, header, _) => { header.Remove("jwk"); header["kid"] = "1"; }
            ),
            ["private key"] = (TokenRefusal.ProofMalformed, (bench, header, _) => header["jwk"]!["d"] = bench.Client.PrivateValue),
            ["symmetric key"] = (TokenRefusal.ProofMalformed, (_, header, _) => header["jwk"] = new JsonObject { ["kty"] = "oct", ["k"] = "AAAA" }),
            ["unknown kind of key"] = (TokenRefusal.ProofKeyMismatch, (_, header, _) => header["jwk"]!["kty"] = "OKP"),
            ["another point"] = (TokenRefusal.ProofKeyMismatch, (_, header, _) => header["jwk"]!["x"] = header["jwk"]!["y"]!.DeepClone()),
            ["crit"] = (TokenRefusal.ProofMalformed, (_, header, _) => header["crit"] = new JsonArray("exp")),
            ["b64"] = (TokenRefusal.ProofMalformed, (_, header, _) => header["b64"] = false),
            ["another method"] = (TokenRefusal.ProofMethodMismatch, (_, _, claims) => claims["htm"] = "GET"),
            ["method in lower case"] = (TokenRefusal.ProofMethodMismatch, (_, _, claims) => claims["htm"] = "post"),
            ["no method"] = (TokenRefusal.ProofMethodMismatch, (_, _, claims) => claims.Remove("htm")),
            ["another path"] = (TokenRefusal.ProofUrlMismatch, (_, _, claims) => claims["htu"] = "https://gateway.example/other"),
            ["path in other case"] = (TokenRefusal.ProofUrlMismatch, (_, _, claims) => claims["htu"] = "https://gateway.example/MCP"),
            ["path with a slash more"] = (TokenRefusal.ProofUrlMismatch, (_, _, claims) => claims["htu"] = "https://gateway.example/mcp/"),
            ["another host"] = (TokenRefusal.ProofUrlMismatch, (_, _, claims) => claims["htu"] = "https://evil.example/mcp"),
            ["host as a user name"] = (TokenRefusal.ProofUrlMismatch, (_, _, claims) => claims["htu"] = "https://gateway.example@evil.example/mcp"),
            ["with a user name"] = (TokenRefusal.ProofUrlMismatch, (_, _, claims) => claims["htu"] = "https://a@gateway.example/mcp"),
            ["another port"] = (TokenRefusal.ProofUrlMismatch, (_, _, claims) => claims["htu"] = "https://gateway.example:8443/mcp"),
            ["in clear"] = (TokenRefusal.ProofUrlMismatch, (_, _, claims) => claims["htu"] = "http://gateway.example/mcp"),
            ["a path alone"] = (TokenRefusal.ProofUrlMismatch, (_, _, claims) => claims["htu"] = "/mcp"),
            ["no URL"] = (TokenRefusal.ProofUrlMismatch, (_, _, claims) => claims.Remove("htu")),
            ["URL a number"] = (TokenRefusal.ProofMalformed, (_, _, claims) => claims["htu"] = 1),
            ["scheme and host in upper case"] = (null, (_, _, claims) => claims["htu"] = "HTTPS://Gateway.EXAMPLE/mcp"),
            ["the scheme's own port"] = (null, (_, _, claims) => claims["htu"] = "https://gateway.example:443/mcp"),
            ["an unreserved character escaped"] = (null, (_, _, claims) => claims["htu"] = "https://gateway.example/%6Dcp"),
            ["query and fragment"] = (null, (_, _, claims) => claims["htu"] = "https://gateway.example/mcp?a=b#c"),
            ["hash of another token"] = (TokenRefusal.ProofTokenMismatch, (bench, _, claims) => claims["ath"] = bench.Client.Thumbprint),
            ["no hash of the token"] = (TokenRefusal.ProofTokenMismatch, (_, _, claims) => claims.Remove("ath")),
            ["made 61 s ago"] = (TokenRefusal.ProofTooOld, (bench, _, claims) => claims["iat"] = Seconds(bench, -61)),
            ["made 59 s ago"] = (null, (bench, _, claims) => claims["iat"] = Seconds(bench, -59)),
            ["made in 11 s"] = (TokenRefusal.ProofTooOld, (bench, _, claims) => claims["iat"] = Seconds(bench, 11)),
            ["made in 9 s"] = (null, (bench, _, claims) => claims["iat"] = Seconds(bench, 9)),
            ["no time"] = (TokenRefusal.ProofTooOld, (_, _, claims) => claims.Remove("iat")),
            ["time a text"] = (TokenRefusal.ProofMalformed, (_, _, claims) => claims["iat"] = "now"),
            ["no id"] = (TokenRefusal.ProofMalformed, (_, _, claims) => claims.Remove("jti")),
            ["id empty"] = (TokenRefusal.ProofMalformed, (_, _, claims) => claims["jti"] = ""),
            ["id beyond its bound"] = (TokenRefusal.ProofMalformed, (_, _, claims) => claims["jti"] = new string('a', 257)),
            ["a nonce that is not ours"] = (TokenRefusal.ProofNonceNeeded, (_, _, claims) => claims["nonce"] = "abc"),
            ["a nonce of ours, unasked"] = (null, (bench, _, claims) => claims["nonce"] = bench.Nonces.Current()),
        };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Judges_OneChangeOfAGoodProof(string row)
    {
        var (refusal, change) = Forgeries[row];
        Assert.Null(await bench.SendAsync(Proof()));
        Assert.Equal(refusal, await bench.SendAsync(Proof((header, claims) => change(bench, header, claims))));
    }

    [Fact]
    public async Task Refuses_AProofThatWasUsed()
    {
        var proof = Proof();
        Assert.Null(await bench.SendAsync(proof));
        Assert.Equal(TokenRefusal.ProofReplayed, await bench.SendAsync(proof));
        bench.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(TokenRefusal.ProofReplayed, await bench.SendAsync(proof));
        bench.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(TokenRefusal.ProofTooOld, await bench.SendAsync(proof));
    }

    [Fact]
    public async Task Refuses_AStolenTokenWithTheThiefsOwnKey()
    {
        using var thief = new DPoPProofMaker(bench.Clock);
        Assert.Equal(TokenRefusal.ProofKeyMismatch, await bench.SendAsync(thief.Make("POST", SenderBench.Url, bench.Token)));
        var signedByThief = thief.Make("POST", SenderBench.Url, bench.Token).Split('.');
        var honest = Proof().Split('.');
        Assert.Equal(TokenRefusal.ProofSignatureInvalid, await bench.SendAsync($"{honest[0]}.{honest[1]}.{signedByThief[2]}"));
    }

    [Fact]
    public async Task Refuses_ABoundTokenAsABearerTokenAndTheReverse()
    {
        Assert.Equal(TokenRefusal.SenderConstrained, await bench.UseAsync(bench.Token, new PossessionEvidence { Method = "POST", Proof = Proof() }));
        var plain = bench.Bound(null);
        Assert.Null(await bench.UseAsync(plain, default));
        Assert.Equal(TokenRefusal.ProofKeyMismatch, await bench.SendAsync(bench.Client.Make("POST", SenderBench.Url, plain), plain));
    }

    [Fact]
    public async Task Refuses_ABoundTokenWhereNothingIsShownOfTheSender()
    {
        var result = await bench.Validator.ValidateAsync(new AccessTokenValue(bench.Token), SenderBench.Url, TestContext.Current.CancellationToken);
        Assert.Equal(TokenRefusal.SenderConstrained, result.Refusal);
        result = await bench.Validator.ValidateAsync(new AccessTokenValue(bench.Token), [SenderBench.Url], TestContext.Current.CancellationToken);
        Assert.Equal(TokenRefusal.SenderConstrained, result.Refusal);
    }

    [Fact]
    public async Task Refuses_ARequestWithoutAProof()
    {
        Assert.Equal(TokenRefusal.ProofMissing, await bench.SendAsync(null));
        Assert.Equal(TokenRefusal.ProofMissing, await bench.SendAsync(""));
        Assert.Equal(TokenRefusal.ProofMalformed, await bench.SendAsync("a.b"));
        Assert.Equal(TokenRefusal.ProofMalformed, await bench.SendAsync("é.é.é"));
        Assert.Equal(TokenRefusal.ProofMalformed, await bench.SendAsync(new string('a', 9000)));
    }

    [Theory]
    [InlineData(SenderConstraintRequirement.Accept, null)]
    [InlineData(SenderConstraintRequirement.DPoP, TokenRefusal.NotSenderConstrained)]
    [InlineData(SenderConstraintRequirement.MutualTls, TokenRefusal.NotSenderConstrained)]
    [InlineData(SenderConstraintRequirement.Any, TokenRefusal.NotSenderConstrained)]
    public async Task Demands_ABoundToken(SenderConstraintRequirement demand, TokenRefusal? expected)
    {
        Assert.Equal(expected, await bench.UseAsync(bench.Bound(null), default, demand));
        var byKey = demand == SenderConstraintRequirement.MutualTls ? expected : null;
        Assert.Equal(byKey, await bench.SendAsync(Proof(), demand: demand));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("\"text\"")]
    [InlineData("""{"jkt":1}""")]
    [InlineData("""{"jkt":"short"}""")]
    [InlineData("""{"jkt":"0123456789012345678901234567890123456789012345"}""")]
    [InlineData("""{"kid":"k"}""")]
    [InlineData("""{"jwk":{}}""")]
    public async Task Refuses_ABindingThatItCannotHold(string confirmation)
    {
        var token = bench.Bound(JsonNode.Parse(confirmation));
        Assert.Equal(TokenRefusal.SenderConstrained, await bench.UseAsync(token, default));
        Assert.Equal(TokenRefusal.SenderConstrained, await bench.SendAsync(bench.Client.Make("POST", SenderBench.Url, token), token));
    }

    [Fact]
    public async Task Refuses_OneKnownAndOneUnknownBinding()
    {
        var token = bench.Bound(new JsonObject { ["jkt"] = bench.Client.Thumbprint, ["osc"] = "x" });
        Assert.Equal(TokenRefusal.SenderConstrained, await bench.SendAsync(bench.Client.Make("POST", SenderBench.Url, token), token));
    }

    [Fact]
    public async Task Demands_ANonceThatLivesOneToTwoSlots()
    {
        using var bench = new SenderBench(new DPoPOptions());
        var nonce = bench.Nonces.Current();
        Assert.Equal(32, nonce.Length);
        Assert.Equal(TokenRefusal.ProofNonceNeeded, await bench.SendAsync(bench.Client.Make("POST", SenderBench.Url, bench.Token)));
        Assert.Null(await SendAsync());
        bench.Clock.Advance(DPoPNonces.Slot);
        Assert.NotEqual(nonce, bench.Nonces.Current());
        Assert.Null(await SendAsync());
        bench.Clock.Advance(DPoPNonces.Slot);
        Assert.Equal(TokenRefusal.ProofNonceNeeded, await SendAsync());

        Task<TokenRefusal?> SendAsync() => bench.SendAsync(bench.Client.Make("POST", SenderBench.Url, bench.Token, nonce));
    }

    [Fact]
    public void Makes_NoncesThatOnlyItsKeysMake()
    {
        var ours = bench.Nonces.Current();
        Assert.True(bench.Nonces.IsGood(ours));
        foreach (var other in new[] { null, "", ours[1..], ours + "A", ours[..^1] + (ours[^1] == 'A' ? 'B' : 'A'), "é" + ours[1..] })
            Assert.False(bench.Nonces.IsGood(other));

        // A rotation: the new key makes, the old one still checks; once it is gone its nonces are too.
        bench.NonceKeys.Insert(0, [.. Enumerable.Repeat((byte)7, DPoPNonces.KeyBytes)]);
        Assert.True(bench.Nonces.IsGood(ours));
        bench.NonceKeys.RemoveAt(1);
        Assert.False(bench.Nonces.IsGood(ours));
    }

    [Fact]
    public async Task Bounds_TheProofsRememberedOfAKeyAndOfAll()
    {
        var clock = new ManualTimeProvider();
        var replays = new InMemoryDPoPReplayCache(clock, capacity: 3, capacityPerKey: 2);
        var until = clock.GetUtcNow().AddMinutes(1);
        Assert.Equal(ReplayCheckResult.First, await UseAsync("a", "1"));
        Assert.Equal(ReplayCheckResult.First, await UseAsync("a", "2"));
        Assert.Equal(ReplayCheckResult.Full, await UseAsync("a", "3"));
        Assert.Equal(ReplayCheckResult.Replayed, await UseAsync("a", "1"));
        Assert.Equal(ReplayCheckResult.First, await UseAsync("b", "1"));
        Assert.Equal(ReplayCheckResult.Full, await UseAsync("c", "1"));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(ReplayCheckResult.First, await UseAsync("a", "3"));
        Assert.Equal(1, replays.Count);

        ValueTask<ReplayCheckResult> UseAsync(string key, string id) =>
            replays.UseAsync(new DPoPProofUse(CallerPartition.Of("i", "alice"), key, id, until), TestContext.Current.CancellationToken);
    }

    // A longer life would make proofs good again that are forgotten because theirs was over.
    [Theory]
    [InlineData(30)]
    [InlineData(75)]
    public async Task ALongerLife_DoesNotBringBackAProofThatWasUsedBefore(int secondsBefore)
    {
        using var bench = new SenderBench();
        var proof = bench.Client.Make("POST", SenderBench.Url, bench.Token);
        Assert.Null(await bench.SendAsync(proof));
        bench.Clock.Advance(TimeSpan.FromSeconds(secondsBefore));
        foreach (var minutes in new[] { 2, 5 })
            bench.Proofs.Options = new DPoPOptions { DemandNonce = false, ProofLife = TimeSpan.FromMinutes(minutes) };
        for (var step = 0; step < 30; step++)
        {
            Assert.NotNull(await bench.SendAsync(proof));
            bench.Clock.Advance(TimeSpan.FromSeconds(10));
        }

        var later = bench.Client.Make("POST", SenderBench.Url, bench.Token);
        bench.Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Null(await bench.SendAsync(later)); // what is made from then on has the longer life
    }

    // One caller proves with as many keys as it likes: what it fills is its own part.
    [Fact]
    [Trait("Requirement", "EX-03")]
    public async Task Bounds_TheProofsRememberedOfACaller_WhateverTheirKeys()
    {
        var clock = new ManualTimeProvider();
        var share = 25;
        var replays = new InMemoryDPoPReplayCache(clock, capacity: 8, capacityPerKey: 2, () => share);
        Assert.Equal(ReplayCheckResult.First, await UseAsync("mallory", "a"));
        Assert.Equal(ReplayCheckResult.First, await UseAsync("mallory", "b"));
        Assert.Equal(ReplayCheckResult.Full, await UseAsync("mallory", "c"));
        Assert.Equal(ReplayCheckResult.Replayed, await UseAsync("bob", "a")); // a proof is the same whoever shows it
        Assert.Equal(ReplayCheckResult.First, await UseAsync("bob", "d"));
        share = 50;
        Assert.Equal(ReplayCheckResult.First, await UseAsync("mallory", "c"));
        clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var key in new[] { "a", "b", "c", "e" })
            Assert.Equal(ReplayCheckResult.First, await UseAsync("mallory", key));
        Assert.Equal(4, replays.Count);

        ValueTask<ReplayCheckResult> UseAsync(string caller, string key) =>
            replays.UseAsync(new DPoPProofUse(CallerPartition.Of("i", caller), key, "1", clock.GetUtcNow().AddMinutes(1)),
                TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Refuses_WhatItCouldNotTellFromAReplay()
    {
        var clock = new ManualTimeProvider();
        using var bench = new SenderBench(replays: new InMemoryDPoPReplayCache(clock, capacity: 1));
        Assert.Null(await bench.SendAsync(bench.Client.Make("POST", SenderBench.Url, bench.Token)));
        Assert.Equal(TokenRefusal.ProofMemoryFull, await bench.SendAsync(bench.Client.Make("POST", SenderBench.Url, bench.Token)));
    }

    // RFC 7638 §3.1 and RFC 9449 §6.1 give a key and its thumbprint.
    [Theory]
    [InlineData("""{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}""", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")]
    [InlineData("""{"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"}""",
        "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")]
    public void Computes_TheThumbprintsOfTheStandards(string key, string expected)
    {
        using var document = System.Text.Json.JsonDocument.Parse(key);
        Assert.Equal(expected, JsonWebKeyThumbprint.Of(JsonWebKeyMembers.Read(document.RootElement)));
    }

    public void Dispose() => bench.Dispose();

    private string Proof(Action<JsonObject, JsonObject>? change = null) => bench.Client.Make("POST", SenderBench.Url, bench.Token, null, change);

    private static long Seconds(SenderBench bench, int offset) => bench.Clock.GetUtcNow().AddSeconds(offset).ToUnixTimeSeconds();
}

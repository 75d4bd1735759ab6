using System.Text.Json.Nodes;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Tokens;

public sealed class TokenValidatorTests
{
    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("RS256")]
    public async Task Accepts_ATokenOfEachKey(string algorithm)
    {
        var bench = new ValidatorBench();
        var key = new[] { ValidatorBench.Es256, ValidatorBench.Es384, ValidatorBench.Rs256 }.Single(candidate => candidate.Algorithm == algorithm);
        var result = await bench.ValidateAsync(bench.Draft(key));
        Assert.True(result.IsVerified, $"{result.Refusal}");
        Assert.Equal(key.KeyId, result.Token.KeyId);
    }

    [Fact]
    public async Task TellsWhatTheTokenSays()
    {
        var bench = new ValidatorBench();
        var draft = bench.Draft();
        draft.Claims["sid"] = "session";
        draft.Claims["groups"] = new JsonArray("staff", "admins");
        draft.Claims["roles"] = "reader";
        draft.Claims["department"] = "law";
        var text = draft.Write();
        var token = (await bench.ValidateAsync(text)).Token!;
        Assert.Equal((ValidatorBench.Issuer, "alice", "cli", "session"), (token.Issuer, token.Subject, token.ClientId, token.SessionId));
        Assert.Equal(["mcp:read", "mcp:tools"], token.Scopes);
        Assert.True(token.HasScope("mcp:read"));
        Assert.False(token.HasScope("mcp"));
        Assert.Equal(["staff", "admins"], token.Groups);
        Assert.Equal(["reader"], token.Roles);
        Assert.True(token.TryGetClaim("department", out var department));
        Assert.Equal("law", department.GetString());
        Assert.False(token.TryGetClaim("Department", out _));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(text))),
            token.TokenHash.ToString());
        Assert.True(TokenHash.TryParse(token.TokenHash.ToString(), out var parsed));
        Assert.Equal(token.TokenHash, parsed);
    }

    [Fact]
    public async Task ReadsScopesFromScpAndTheClientFromAzpWhereTheOthersAreAbsent()
    {
        var bench = new ValidatorBench();
        var draft = bench.Draft();
        draft.Claims.Remove("scope");
        draft.Claims.Remove("client_id");
        draft.Claims["scp"] = new JsonArray("a", "b");
        draft.Claims["azp"] = "app";
        var token = (await bench.ValidateAsync(draft)).Token!;
        Assert.Equal(["a", "b"], token.Scopes);
        Assert.Equal("app", token.ClientId);
    }

    [Fact]
    public async Task ReadsTheSubjectFromTheClaimThatTheProfileNames()
    {
        var bench = new ValidatorBench(profile => profile with { SubjectClaim = "oid" });
        var draft = bench.Draft();
        Assert.Equal(TokenRefusal.SubjectMissing, (await bench.ValidateAsync(draft)).Refusal);
        draft.Claims["oid"] = "0001";
        Assert.Equal("0001", (await bench.ValidateAsync(draft)).Token?.Subject);
    }

    [Fact]
    public async Task Accepts_ATokenWithoutSubjectOnlyWhereTheProfileSaysSo()
    {
        var bench = new ValidatorBench(profile => profile with { RequireSubject = false });
        var draft = bench.Draft();
        draft.Claims.Remove("sub");
        Assert.Equal("", (await bench.ValidateAsync(draft)).Token?.Subject);
    }

    [Fact]
    public async Task Refuses_AnAlgorithmThatTheProfileLeavesOut()
    {
        var bench = new ValidatorBench(profile => profile with { Algorithms = ["RS256"] });
        Assert.Equal(TokenRefusal.AlgorithmNotAllowed, (await bench.ValidateAsync(bench.Draft())).Refusal);
        Assert.True((await bench.ValidateAsync(bench.Draft(ValidatorBench.Rs256))).IsVerified);
    }

    [Fact]
    public async Task Accepts_AnyOfSeveralAudiencesAndNoneOfNone()
    {
        var bench = new ValidatorBench();
        var token = new AccessTokenValue(bench.Draft().Write());
        Assert.True((await bench.Validator.ValidateAsync(token, ["https://x.example", ValidatorBench.Resource], default)).IsVerified);
        Assert.Equal(TokenRefusal.AudienceMismatch, (await bench.Validator.ValidateAsync(token, ["https://x.example"], default)).Refusal);
        Assert.Equal(TokenRefusal.AudienceMismatch, (await bench.Validator.ValidateAsync(token, Array.Empty<string>(), default)).Refusal);
    }

    [Fact]
    public async Task CallsNoTokenMissing()
    {
        var bench = new ValidatorBench();
        Assert.Equal(TokenRefusal.Missing, (await bench.Validator.ValidateAsync(default, ValidatorBench.Resource, default)).Refusal);
        Assert.Equal(TokenRefusal.Missing, default(TokenResult).Refusal);
    }

    [Fact]
    public async Task AsksForNoKeyBeforeIssuerTypeAndAlgorithmAreRight()
    {
        var bench = new ValidatorBench();
        foreach (var (member, value) in new[] { ("alg", "none"), ("typ", "JWT") })
        {
            var draft = bench.Draft();
            draft.Header[member] = value;
            await bench.ValidateAsync(draft);
        }

        var stranger = bench.Draft();
        stranger.Claims["iss"] = "https://evil.test";
        await bench.ValidateAsync(stranger);
        Assert.Equal(0, bench.Keys.Lookups);
    }

    [Fact]
    public async Task NeverAcceptsATokenOfOneIssuerSignedByAnother()
    {
        var bench = new ValidatorBench();
        var otherKey = TestKey.Es256("es-1");
        var other = new TrustedIssuer(new IssuerProfile { Issuer = "https://other.example" }, new StaticIssuerKeys(TestKeySet.Of(otherKey)));
        var validator = new TokenValidator([bench.TrustedIssuer, other], bench.Revocations, bench.Cache, bench.Clock);
        var draft = bench.Draft();
        draft.Signer = otherKey.Sign;
        Assert.Equal(TokenRefusal.SignatureInvalid,
            (await validator.ValidateAsync(new AccessTokenValue(draft.Write()), ValidatorBench.Resource, default)).Refusal);
    }

    [Fact]
    public async Task Accepts_ATokenSignedByANewKeyUnderAnOldName()
    {
        var clock = new Gatehouse.Testing.ManualTimeProvider();
        var fetcher = new FakeFetcher(TestKey.Es256("k"));
        using var keys = new JwksCache(FakeFetcher.Issuer, fetcher, clock);
        var validator = new TokenValidator([new TrustedIssuer(new IssuerProfile { Issuer = FakeFetcher.Issuer }, keys)],
            new InMemoryRevocationList(clock), new VerifiedTokenCache(), clock);
        await keys.FindAsync("k", "ES256", default, TestContext.Current.CancellationToken);
        var next = TestKey.Es256("k");
        fetcher.Publish(next);
        var token = new TokenDraft(next, FakeFetcher.Issuer, ValidatorBench.Resource, clock.GetUtcNow()).Write();
        var result = await validator.ValidateAsync(new AccessTokenValue(token), ValidatorBench.Resource, TestContext.Current.CancellationToken);
        Assert.True(result.IsVerified, $"{result.Refusal}");
    }

    [Fact]
    public async Task NeverAcceptsATokenWithOneCharacterChanged()
    {
        var bench = new ValidatorBench();
        var token = bench.Draft().Write();
        for (var position = 0; position < token.Length; position++)
        {
            var changed = token.ToCharArray();
            changed[position] = changed[position] == 'A' ? 'B' : 'A';
            Assert.False((await bench.ValidateAsync(new string(changed))).IsVerified, $"position {position}");
        }
    }

    [Fact]
    public async Task NeverThrowsWhateverASignedTokenHolds()
    {
        var bench = new ValidatorBench(profile => profile with { AcceptedTypes = AccessTokenTypes.Rfc9068OrJwt });
        var chance = new Random(8725);
        string[] names = ["iss", "sub", "aud", "exp", "iat", "nbf", "jti", "sid", "scope", "scp", "groups", "roles", "client_id", "azp", "typ",
            "cnf"];
        string[] values = ["null", "true", "0", "-1", "1e9", "1e999", "0.5", "\"\"", "\"x\"", "\"\\ud800\"", "\"\\u0000\"", "[]", "[[]]", "[null]",
            "[\"\",\"\"]", "{}", "{\"a\":{}}"];
        for (var round = 0; round < 2000; round++)
        {
            var members = bench.Draft().Claims.ToDictionary(member => member.Key, member => member.Value!.ToJsonString());
            for (var change = chance.Next(1, 4); change > 0; change--)
                members[names[chance.Next(names.Length)]] = values[chance.Next(values.Length)];
            var json = $"{{{string.Join(',', members.Select(member => $"\"{member.Key}\":{member.Value}"))}}}";
            var draft = bench.Draft();
            draft.RawClaims = chance.Next(10) == 0 ? json[..chance.Next(json.Length)] : json;
            var result = await bench.ValidateAsync(draft);
            Assert.True(result.IsVerified || result.Refusal is not null, json);
        }
    }

    [Fact]
    public void Refuses_ToBeMadeWithoutIssuersOrWithOneTwice()
    {
        var bench = new ValidatorBench();
        Assert.Throws<ArgumentException>(() => new TokenValidator([], bench.Revocations, bench.Cache, bench.Clock));
        Assert.Throws<ArgumentException>(
            () => new TokenValidator([bench.TrustedIssuer, bench.TrustedIssuer], bench.Revocations, bench.Cache, bench.Clock));
    }
}

using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;

namespace Gatehouse.Identity.Tests.Tokens;

public sealed class VerifiedTokenCacheTests
{
    [Fact]
    public async Task AsksForNoKeyWhenAVerifiedTokenComesAgain()
    {
        var bench = new ValidatorBench();
        var token = bench.Draft().Write();
        var first = await bench.ValidateAsync(token);
        var second = await bench.ValidateAsync(token);
        Assert.Same(first.Token, second.Token);
        Assert.Equal(1, bench.Keys.Lookups);
    }

    [Fact]
    public async Task AllocatesNothingWhenAVerifiedTokenComesAgain()
    {
        var bench = new ValidatorBench();
        var token = new AccessTokenValue(bench.Draft().Write());
        for (var round = 0; round < 100; round++)
            await bench.Validator.ValidateAsync(token, ValidatorBench.Resource, default);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
            _ = await bench.Validator.ValidateAsync(token, ValidatorBench.Resource, default);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Refuses_ARememberedTokenForAnotherAudience()
    {
        var bench = new ValidatorBench();
        var token = bench.Draft().Write();
        Assert.True((await bench.ValidateAsync(token)).IsVerified);
        Assert.Equal(TokenRefusal.AudienceMismatch, (await bench.ValidateAsync(token, "https://gateway.example/other")).Refusal);
        Assert.True((await bench.ValidateAsync(token)).IsVerified);
    }

    [Fact]
    public async Task Refuses_ARememberedTokenOnceItExpired()
    {
        var bench = new ValidatorBench();
        var token = bench.Draft().Write();
        Assert.True((await bench.ValidateAsync(token)).IsVerified);
        bench.Clock.Advance(TimeSpan.FromSeconds(300 + 59));
        Assert.True((await bench.ValidateAsync(token)).IsVerified);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TokenRefusal.Expired, (await bench.ValidateAsync(token)).Refusal);
        Assert.Equal(0, bench.Cache.Count);
    }

    [Fact]
    public async Task Refuses_ARememberedTokenOnceItsKeyIsGone()
    {
        var bench = new ValidatorBench();
        var token = bench.Draft().Write();
        Assert.True((await bench.ValidateAsync(token)).IsVerified);
        bench.Keys.Replace(TestKeySet.Of(ValidatorBench.Rs256));
        Assert.Equal(TokenRefusal.UnknownKey, (await bench.ValidateAsync(token)).Refusal);
        bench.Keys.Replace(null);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await bench.ValidateAsync(token)).Refusal);
    }

    [Fact]
    public async Task Refuses_ARememberedTokenOnceItsIssuerIsGone()
    {
        var bench = new ValidatorBench();
        var token = bench.Draft().Write();
        Assert.True((await bench.ValidateAsync(token)).IsVerified);
        var other = new TrustedIssuer(new IssuerProfile { Issuer = "https://other.example" }, bench.Keys);
        var next = new TokenValidator([other], bench.Revocations, bench.Cache, bench.Clock);
        Assert.Equal(TokenRefusal.IssuerMismatch, (await next.ValidateAsync(new AccessTokenValue(token), ValidatorBench.Resource, default)).Refusal);
    }

    [Fact]
    public async Task JudgesARememberedTokenAnewOnceItsIssuerChanged()
    {
        var bench = new ValidatorBench();
        var token = bench.Draft().Write();
        Assert.True((await bench.ValidateAsync(token)).IsVerified);
        var stricter = new TrustedIssuer(new IssuerProfile { Issuer = ValidatorBench.Issuer, Algorithms = ["RS256"] }, bench.Keys);
        var next = new TokenValidator([stricter], bench.Revocations, bench.Cache, bench.Clock);
        Assert.Equal(TokenRefusal.AlgorithmNotAllowed,
            (await next.ValidateAsync(new AccessTokenValue(token), ValidatorBench.Resource, default)).Refusal);
    }

    [Fact]
    public async Task Refuses_ARememberedTokenOnceItIsRevoked()
    {
        var bench = new ValidatorBench();
        var token = bench.Draft().Write();
        var verified = (await bench.ValidateAsync(token)).Token!;
        var now = bench.Clock.GetUtcNow();
        Assert.True(bench.Revocations.Revoke(new Revocation(RevocationKind.TokenHash, "", verified.TokenHash.ToString(), now, now.AddHours(1))));
        Assert.Equal(TokenRefusal.Revoked, (await bench.ValidateAsync(token)).Refusal);
        Assert.Equal(1, bench.Keys.Lookups);
    }

    [Fact]
    public async Task HoldsNoMoreTokensThanItsCapacityAndKeepsThoseInUse()
    {
        var bench = new ValidatorBench(cache: new VerifiedTokenCache(capacity: 8, refusalCapacity: 4));
        var busy = bench.Draft().Write();
        await bench.ValidateAsync(busy);
        for (var number = 0; number < 40; number++)
        {
            Assert.True((await bench.ValidateAsync(bench.Draft())).IsVerified);
            await bench.ValidateAsync(busy);
            Assert.InRange(bench.Cache.Count, 1, 8);
        }

        Assert.Equal(41, bench.Keys.Lookups);
    }

    [Fact]
    [Trait("Requirement", "EX-03")]
    public async Task TokensOfOneCaller_DoNotPushOutThoseOfOthers_HoweverOftenTheyAreUsed()
    {
        var bench = new ValidatorBench(cache: new VerifiedTokenCache(capacity: 16, callerShare: () => 25));
        var others = new[] { "bob", "carol" }.Select(subject => Of(bench, subject)).ToList();
        foreach (var token in others)
            await bench.ValidateAsync(token);
        var own = Enumerable.Range(0, 40).Select(_ => Of(bench, "mallory")).ToList();
        for (var round = 0; round < 3; round++)
        {
            foreach (var token in own)
            {
                await bench.ValidateAsync(token);
                await bench.ValidateAsync(token);
            }
        }

        var lookups = bench.Keys.Lookups;
        foreach (var token in others)
            Assert.True((await bench.ValidateAsync(token)).IsVerified);
        Assert.Equal(lookups, bench.Keys.Lookups);
        Assert.InRange(bench.Cache.Count, 1, 8); // half of all, and no more, is had by one alone
    }

    // What expired leaves places; a caller who comes after that takes those, and nobody's living entries.
    [Fact]
    [Trait("Requirement", "EX-03")]
    public async Task AfterASweep_TokensOfOneCaller_TakeThePlacesThatAreFree()
    {
        var bench = new ValidatorBench(cache: new VerifiedTokenCache(capacity: 32, callerShare: () => 12));
        for (var number = 0; number < 20; number++)
            await bench.ValidateAsync(Of(bench, $"gone-{number}", minutes: 1));
        var living = Enumerable.Range(0, 10).Select(number => Of(bench, $"lives-{number}", minutes: 60)).ToList();
        foreach (var token in living)
            await bench.ValidateAsync(token);
        bench.Clock.Advance(TimeSpan.FromMinutes(10));
        bench.Cache.Sweep(bench.Clock.GetUtcNow());
        Assert.Equal(10, bench.Cache.Count);
        for (var number = 0; number < 60; number++)
            await bench.ValidateAsync(Of(bench, "mallory", minutes: 60));
        var lookups = bench.Keys.Lookups;
        foreach (var token in living)
            Assert.True((await bench.ValidateAsync(token)).IsVerified);
        Assert.Equal(lookups, bench.Keys.Lookups);
    }

    private static string Of(ValidatorBench bench, string subject, int minutes)
    {
        var draft = bench.Draft();
        draft.Claims["sub"] = subject;
        draft.Claims["exp"] = bench.Clock.GetUtcNow().AddMinutes(minutes).ToUnixTimeSeconds();
        return draft.Write();
    }

    private static string Of(ValidatorBench bench, string subject)
    {
        var draft = bench.Draft();
        draft.Claims["sub"] = subject;
        return draft.Write();
    }

    [Fact]
    public async Task HoldsNoMoreRefusalsThanItsCapacity()
    {
        var bench = new ValidatorBench(cache: new VerifiedTokenCache(capacity: 8, refusalCapacity: 4));
        for (var number = 0; number < 20; number++)
            Assert.Equal(TokenRefusal.SignatureInvalid, (await bench.ValidateAsync(Forged(bench))).Refusal);
        Assert.Equal(4, bench.Cache.RefusalCount);
        Assert.Equal(0, bench.Cache.Count);
    }

    // EX-03: who renews a token every few minutes and never shows the old one again leaves nothing of it behind.
    [Fact]
    [Trait("Requirement", "EX-03")]
    public async Task Sweep_ForgetsTokensThatExpiredAndRefusalsThatAreTooOld()
    {
        var bench = new ValidatorBench(cache: new VerifiedTokenCache(capacity: 4, refusalCapacity: 4));
        for (var number = 0; number < 3; number++)
            Assert.True((await bench.ValidateAsync(bench.Draft())).IsVerified);
        bench.Clock.Advance(TimeSpan.FromSeconds(300));
        var good = bench.Draft().Write();
        Assert.True((await bench.ValidateAsync(good)).IsVerified);
        Assert.Equal(TokenRefusal.SignatureInvalid, (await bench.ValidateAsync(Forged(bench))).Refusal);
        bench.Cache.Sweep(bench.Clock.GetUtcNow());
        Assert.Equal((4, 1), (bench.Cache.Count, bench.Cache.RefusalCount)); // within the clock skew they count

        bench.Clock.Advance(TimeSpan.FromSeconds(60));
        bench.Cache.Sweep(bench.Clock.GetUtcNow());
        Assert.Equal((1, 0), (bench.Cache.Count, bench.Cache.RefusalCount));
        var lookups = bench.Keys.Lookups;
        Assert.True((await bench.ValidateAsync(good)).IsVerified);
        Assert.Equal(lookups, bench.Keys.Lookups);

        // The places serve again.
        for (var number = 0; number < 3; number++)
            Assert.True((await bench.ValidateAsync(bench.Draft())).IsVerified);
        Assert.Equal(4, bench.Cache.Count);
    }

    [Fact]
    public async Task StaysWithinItsBoundWhileItIsSwept()
    {
        var bench = new ValidatorBench(cache: new VerifiedTokenCache(capacity: 16, refusalCapacity: 16));
        await Parallel.ForAsync(0, 2000, async (number, _) =>
        {
            Assert.True((await bench.ValidateAsync(bench.Draft())).IsVerified);
            if (number % 7 == 0) bench.Cache.Sweep(bench.Clock.GetUtcNow().AddHours(number % 2));
            Assert.InRange(bench.Cache.Count, 0, 16);
        });
    }

    [Fact]
    public async Task VerifiesAForgedTokenOnceWhileItIsRepeated()
    {
        var bench = new ValidatorBench();
        var token = Forged(bench);
        for (var round = 0; round < 50; round++)
            Assert.Equal(TokenRefusal.SignatureInvalid, (await bench.ValidateAsync(token)).Refusal);
        Assert.Equal(1, bench.Keys.Lookups);
        bench.Clock.Advance(VerifiedTokenCache.RefusalLife);
        Assert.Equal(TokenRefusal.SignatureInvalid, (await bench.ValidateAsync(token)).Refusal);
        Assert.Equal(2, bench.Keys.Lookups);
    }

    [Fact]
    public async Task Accepts_ATokenRefusedBeforeItsKeyWasKnown()
    {
        var bench = new ValidatorBench();
        var late = TestKey.Es256("late");
        var token = bench.Draft(late).Write();
        bench.Keys.Replace(null);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await bench.ValidateAsync(token)).Refusal);
        bench.Keys.Replace(TestKeySet.Of(ValidatorBench.Es256));
        Assert.Equal(TokenRefusal.UnknownKey, (await bench.ValidateAsync(token)).Refusal);
        bench.Keys.Replace(TestKeySet.Of(late));
        Assert.True((await bench.ValidateAsync(token)).IsVerified);
    }

    [Fact]
    public async Task Accepts_ATokenRefusedUnderAnOlderKeyOfTheSameName()
    {
        var bench = new ValidatorBench();
        var next = TestKey.Es256(ValidatorBench.Es256.KeyId);
        var token = bench.Draft(next).Write();
        Assert.Equal(TokenRefusal.SignatureInvalid, (await bench.ValidateAsync(token)).Refusal);
        bench.Keys.Replace(TestKeySet.Of(next));
        Assert.True((await bench.ValidateAsync(token)).IsVerified);
    }

    [Fact]
    public async Task Accepts_ATokenOnceItsTimeHasCome()
    {
        var bench = new ValidatorBench();
        var draft = bench.Draft();
        draft.Claims["nbf"] = bench.Clock.GetUtcNow().AddSeconds(120).ToUnixTimeSeconds();
        var token = draft.Write();
        Assert.Equal(TokenRefusal.NotYetValid, (await bench.ValidateAsync(token)).Refusal);
        bench.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.True((await bench.ValidateAsync(token)).IsVerified);
    }

    [Fact]
    public async Task StaysWithinItsBoundUnderConcurrentUse()
    {
        var bench = new ValidatorBench(cache: new VerifiedTokenCache(capacity: 16, refusalCapacity: 16));
        var tokens = Enumerable.Range(0, 64).Select(_ => bench.Draft().Write()).ToArray();
        await Parallel.ForAsync(0, 2000, async (number, _) =>
        {
            Assert.True((await bench.ValidateAsync(tokens[number * 7 % tokens.Length])).IsVerified);
            Assert.InRange(bench.Cache.Count, 0, 16);
        });
    }

    private static string Forged(ValidatorBench bench)
    {
        var draft = bench.Draft();
        draft.Signer = TestKey.Es256(ValidatorBench.Es256.KeyId).Sign;
        return draft.Write();
    }
}

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

    private static Revocation Session(string id, ManualTimeProvider clock) =>
        new(RevocationKind.Session, "https://i", id, clock.GetUtcNow(), clock.GetUtcNow().AddHours(1));
}

using Gatehouse.AuthorizationServer.Host;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Revocations;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>A gateway that stops at any step of the end of a grant leaves no token good that it had begun to end (CWE-613).</summary>
[Trait("Requirement", "C17")]
public sealed class GrantEndingCrashTests
{
    private const string Issuer = "https://gateway.example";
    private const string Grant = "the-grant";

    private static readonly TimeSpan GrantLife = TimeSpan.FromDays(30);

    private readonly ManualTimeProvider clock = new();
    private readonly TemporaryStore data = new();

    public enum Step
    {
        BeforeTheRevocation,
        AfterTheRevocation,
        AfterTheEnd,
        Never,
    }

    [Theory]
    [InlineData(Step.BeforeTheRevocation, 0)]
    [InlineData(Step.AfterTheRevocation, 0)]
    [InlineData(Step.AfterTheRevocation, 120)] // the revocation is over when the gateway starts again
    [InlineData(Step.AfterTheEnd, 0)]
    [InlineData(Step.Never, 0)]
    public async Task AfterARestart_TheGrantHasEnded_WithItsTokens(Step crash, int minutesDown)
    {
        await using (var store = data.Open(clock))
        {
            await AddGrantAsync(store);
            var run = EndAsync(store, crash);
            if (crash == Step.Never) Assert.NotNull(await run);
            else await Assert.ThrowsAsync<Crash>(() => run);
        }

        clock.Advance(TimeSpan.FromMinutes(minutesDown));
        await using var again = data.Open(clock);
        var revocations = await PersistentRevocations.LoadAsync(again.Revocations, clock);
        var finished = await Ending(again, revocations, Step.Never).FinishAsync(again.Revocations, Issuer, GrantLife);
        Assert.Equal(crash == Step.AfterTheRevocation ? 1 : 0, finished);

        // What was not begun is done by the next attempt, whose token still finds the grant.
        if (crash == Step.BeforeTheRevocation) Assert.NotNull(await EndAsync(again, Step.Never));
        Assert.Null(await again.Grants.FindGrantAsync(Grant, clock.GetUtcNow(), TestContext.Current.CancellationToken));
        var kept = await again.Revocations.ListAsync(clock.GetUtcNow(), TestContext.Current.CancellationToken);
        if (minutesDown == 0) Assert.Equal(Grant, Assert.Single(kept).Value);
    }

    [Fact]
    public async Task AStart_EndsNoOtherGrant()
    {
        await using var store = data.Open(clock);
        await AddGrantAsync(store);
        var revocations = await PersistentRevocations.LoadAsync(store.Revocations, clock);
        await revocations.RevokeGrantAsync("https://other.example", Grant, "theirs");
        await revocations.RevokeGrantAsync(Issuer, "another-grant", "gone");
        await revocations.RevokeAsync(RevocationKind.Subject, Issuer, Grant, "a person of that name");
        Assert.Equal(0, await Ending(store, revocations, Step.Never).FinishAsync(store.Revocations, Issuer, GrantLife));
        Assert.NotNull(await store.Grants.FindGrantAsync(Grant, clock.GetUtcNow(), TestContext.Current.CancellationToken));
    }

    private async Task<EndedGrant?> EndAsync(Store store, Step crash)
    {
        var revocations = await PersistentRevocations.LoadAsync(store.Revocations, clock);
        return await Ending(store, revocations, crash).EndAsync(Grant, GrantCauses.RefreshReuse, isAttack: true);
    }

    private GrantEnding Ending(Store store, PersistentRevocations revocations, Step crash) => new(
        store.Grants,
        async (grant, cause, _) =>
        {
            if (crash == Step.BeforeTheRevocation) throw new Crash();
            await revocations.RevokeGrantAsync(Issuer, grant, cause);
            return crash == Step.AfterTheRevocation ? throw new Crash() : 0;
        },
        new CrashingJournal(crash == Step.AfterTheEnd), clock);

    private async Task AddGrantAsync(Store store)
    {
        var (now, digest) = (clock.GetUtcNow(), new byte[32]);
        var confirmation = new CredentialRow(CredentialKind.Confirmation, digest, "", new byte[32], default, now, now.AddHours(1));
        await store.Grants.AddCredentialAsync(confirmation, 1);
        var grant = new GrantRow(Grant, "corp:alice", "desk", Issuer + "/mcp", "", new byte[] { 1 }, now, now + GrantLife);
        Assert.Equal(SpendOutcome.Spent, (await store.Grants.SpendAsync(CredentialKind.Confirmation, digest, default, [], grant, 1, now)).Outcome);
    }

    private sealed class Crash : Exception;

    private sealed class CrashingJournal(bool crashes) : IAuthorizationJournal
    {
        public bool IsAvailable => true;

        public ValueTask<bool> NoteDurableAsync(string act, params (string Name, string Value)[] facts)
        {
            Note(act, facts);
            return ValueTask.FromResult(true);
        }

        public void Note(string act, params (string Name, string Value)[] facts)
        {
            if (crashes) throw new Crash();
        }

        public string NoteOf(CallerPartition peer, string act, params (string Name, string Value)[] facts)
        {
            Note(act, facts);
            return "";
        }

        public void Attempt(CallerPartition peer, AttemptEndpoint place, string? refusal, string? client = null)
        {
        }

        public void SignInFailed(CallerPartition peer, string provider, string fault) => Note(fault);

        // The alarm comes before the first step.
        public ValueTask AlarmAsync(string kind, params (string Name, string Value)[] facts) => ValueTask.CompletedTask;

        public void AlarmOf(CallerPartition peer, string kind, params (string Name, string Value)[] facts) => Note(kind, facts);
    }
}

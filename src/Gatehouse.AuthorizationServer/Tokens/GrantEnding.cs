using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Gatehouse.AuthorizationServer.Host;
using Gatehouse.Identity.Revocations;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>Ends grants, with every token that follows from them, also in open streams. Safe for concurrent use.</summary>
/// <remarks>
/// Threat: the store fails in the middle of an end, so that a stolen token raises no alarm, or is good again after a restart (CWE-390, CWE-613). An
/// alarm is raised before the first write. An end that failed is repeated by <see cref="RepeatAsync"/> while the gateway runs, and by
/// <see cref="FinishAsync"/> at the next start; its revocation is kept as long as the grant. A grant that ended without its revocation leaves signed
/// access tokens, so that the revocation is repeated while one of them can be in force and the gateway runs.
/// </remarks>
/// <param name="grants">The grants.</param>
/// <param name="revokeSession">
/// Adds a revocation of the session under the gateway's own issuer: the identifier of the grant, the reason, and the moment until which it is kept at
/// least, or null for the life of an access token. It ends open streams and remembered tokens, and returns the number of exchanges that it ended.
/// </param>
/// <param name="journal">The record.</param>
/// <param name="time">The clock.</param>
internal sealed class GrantEnding(
    IGrantStore grants, Func<string, string, DateTimeOffset?, ValueTask<int>> revokeSession, IAuthorizationJournal journal, TimeProvider time)
{
    /// <summary>The most ends that are under way or wait for their repetition. Those above it are finished at the next start.</summary>
    internal const int MostBegun = 10_000;

    // The upper end of authorizationServer.accessTokenLife.
    private static readonly TimeSpan LongestAccessLife = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Begun> begun = new(StringComparer.Ordinal);

    /// <summary>Ends a grant.</summary>
    /// <param name="grantId">Identifier of the grant.</param>
    /// <param name="cause">Why, as a word of the code.</param>
    /// <param name="isAttack">True raises an alarm of that kind. Of concurrent acts, and of those that repeat a failed one, exactly one does.</param>
    /// <returns>The grant, and the exchanges that ended with it; null when there was none or it had ended.</returns>
    /// <remarks>
    /// <para>No cancellation: a stranger who closes the connection must not stop it.</para>
    /// <para>
    /// The revocation is stored before the grant ends. If the gateway stops between the two, its tokens are refused already, and
    /// <see cref="FinishAsync"/> ends the grant at the next start. In the other order signed access tokens would stay good for their life.
    /// </para>
    /// </remarks>
    /// <exception cref="StoreException">
    /// The grant or its revocation could not be stored. A grant whose revocation has no room is ended nevertheless. What failed is repeated.
    /// </exception>
    public async ValueTask<EndedGrant?> EndAsync(string grantId, string cause, bool isAttack)
    {
        var own = new Begun();
        var act = begun.Count < MostBegun ? begun.GetOrAdd(grantId, own) : own;
        if (isAttack) act.Attack = cause;
        act.Cause = cause;
        var ended = await EndAsync(grantId, act).ConfigureAwait(false); // an exception leaves the act for its repetition
        Forget(grantId, act);
        ended?.Unrevoked?.Throw();
        return ended is { } done ? new EndedGrant(done.Row, done.Exchanges) : null;
    }

    /// <summary>Repeats the ends and revocations that failed. Called every minute.</summary>
    /// <exception cref="StoreException">An end or a revocation failed again. Every one was tried.</exception>
    public async Task RepeatAsync()
    {
        ExceptionDispatchInfo? fault = null;
        foreach (var (grantId, act) in begun)
        {
            if (!act.HasFailed) continue;
            try
            {
                if (act.Unrevoked is { } ended) await RevokeAgainAsync(ended, act).ConfigureAwait(false);
                else (await EndAsync(grantId, act).ConfigureAwait(false))?.Unrevoked?.Throw();
                Forget(grantId, act);
            }
            catch (StoreException e)
            {
                fault ??= ExceptionDispatchInfo.Capture(e);
            }
        }

        fault?.Throw();
    }

    /// <summary>Ends the grants whose revocation was stored before the gateway stopped. Called at the start.</summary>
    /// <param name="revocations">The revocations of the store.</param>
    /// <param name="issuer">The gateway's own issuer; revocations of others are not concerned.</param>
    /// <param name="grantLife">The longest life of a grant: so long a revocation can be over without the end of its grant.</param>
    /// <returns>The number of grants that were ended.</returns>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public async Task<int> FinishAsync(IRevocationStore revocations, string issuer, TimeSpan grantLife)
    {
        var (now, finished) = (time.GetUtcNow(), 0);
        foreach (var row in await revocations.ListAsync(now - grantLife, CancellationToken.None).ConfigureAwait(false))
        {
            // Most have ended. A look costs no write.
            if (row.Kind != nameof(RevocationKind.Session) || row.Issuer != issuer
                || await grants.FindGrantAsync(row.Value, now, CancellationToken.None).ConfigureAwait(false) is null
                || await grants.EndGrantAsync(row.Value, now, CancellationToken.None).ConfigureAwait(false) is not { } ended)
                continue;
            Note(ended, row.Reason);
            finished++;
        }

        return finished;
    }

    /// <summary>Records the end of a grant that the store has ended already, and ends its open streams and remembered tokens.</summary>
    public async ValueTask FollowAsync(GrantRow ended, string cause)
    {
        Note(ended, cause);
        await revokeSession(ended.Id, cause, null).ConfigureAwait(false);
    }

    private async ValueTask<(GrantRow Row, int Exchanges, ExceptionDispatchInfo? Unrevoked)?> EndAsync(string grantId, Begun act)
    {
        try
        {
            if (await grants.FindGrantAsync(grantId, time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false) is not { } grant)
            {
                await RaiseAsync(act).ConfigureAwait(false); // the grant was ended meanwhile by an act that is no attack
                return null;
            }

            // On stable storage before the first write: nothing that happens after it takes the alarm back.
            act.Grant = grant;
            await RaiseAsync(act).ConfigureAwait(false);
            var (exchanges, unrevoked) = await TryRevokeAsync(grant, act.Cause, null).ConfigureAwait(false);
            var ended = await EndOrKeepAsync(grant, act.Cause).ConfigureAwait(false);
            await RaiseAsync(act).ConfigureAwait(false); // of an attack that came during the end
            if (ended is null) return null;
            if (unrevoked is not null) act.KeepUnrevoked(ended, time.GetUtcNow() + LongestAccessLife);
            Note(ended, act.Cause);
            return (ended, exchanges, unrevoked);
        }
        catch
        {
            act.HasFailed = true;
            throw;
        }
    }

    private async ValueTask RaiseAsync(Begun act)
    {
        if (act.Grant is { } grant && act.TakeAlarm() is { } kind)
            await journal.AlarmAsync(kind, Facts(grant)).ConfigureAwait(false);
    }

    private async ValueTask RevokeAgainAsync(GrantRow ended, Begun act)
    {
        if (time.GetUtcNow() < act.UnrevokedUntil)
            await revokeSession(ended.Id, act.Cause, null).ConfigureAwait(false);
        act.Unrevoked = null;
    }

    // An act whose revocation is not stored stays for its repetition.
    private void Forget(string grantId, Begun act)
    {
        if (act.Unrevoked is null) begun.TryRemove(KeyValuePair.Create(grantId, act));
    }

    private async ValueTask<GrantRow?> EndOrKeepAsync(GrantRow grant, string cause)
    {
        try
        {
            return await grants.EndGrantAsync(grant.Id, time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // The grant can outlive an access token now, and the revocation is what refuses it until it has ended.
            await TryRevokeAsync(grant, cause, grant.Until).ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask<(int Exchanges, ExceptionDispatchInfo? Fault)> TryRevokeAsync(GrantRow grant, string cause, DateTimeOffset? keptUntil)
    {
        try
        {
            return (await revokeSession(grant.Id, cause, keptUntil).ConfigureAwait(false), null);
        }
        catch (StoreException fault)
        {
            return (0, ExceptionDispatchInfo.Capture(fault));
        }
    }

    private void Note(GrantRow ended, string cause) => journal.Note("oauth.grant.end", [.. Facts(ended), ("cause", cause)]);

    private static (string Name, string Value)[] Facts(GrantRow grant) =>
        [("grant", grant.Id), ("subject", grant.Subject), ("client", grant.ClientId), ("resource", grant.Resource)];

    /// <summary>An end that began, and has not succeeded yet.</summary>
    private sealed class Begun
    {
        private int isRaised;

        public string Cause { get; set; } = "";

        public string? Attack { private get; set; }

        public bool HasFailed { get; set; }

        /// <summary>The grant as it was found; null where it had ended before the act began.</summary>
        public GrantRow? Grant { get; set; }

        /// <summary>The grant, where it has ended and its revocation is not stored.</summary>
        public GrantRow? Unrevoked { get; set; }

        /// <summary>When no access token of it is in force any more.</summary>
        public DateTimeOffset UnrevokedUntil { get; private set; }

        public void KeepUnrevoked(GrantRow ended, DateTimeOffset until) => (UnrevokedUntil, Unrevoked, HasFailed) = (until, ended, true);

        /// <summary>Returns the kind of the alarm to the first that asks; null to every other one, and where there is none.</summary>
        public string? TakeAlarm() => Attack is { } kind && Interlocked.Exchange(ref isRaised, 1) == 0 ? kind : null;
    }
}

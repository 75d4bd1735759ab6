using System.Runtime.ExceptionServices;
using Gatehouse.AuthorizationServer.Host;
using Gatehouse.Identity.Revocations;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>Ends grants, with every token that follows from them, also in open streams.</summary>
/// <param name="grants">The grants.</param>
/// <param name="revokeSession">
/// Adds a revocation of the session under the gateway's own issuer: the identifier of the grant, then the reason. It ends open streams and remembered
/// tokens, and returns the number of exchanges that it ended.
/// </param>
/// <param name="journal">The record.</param>
/// <param name="time">The clock.</param>
internal sealed class GrantEnding(
    IGrantStore grants, Func<string, string, ValueTask<int>> revokeSession, IAuthorizationJournal journal, TimeProvider time)
{
    /// <summary>Ends a grant.</summary>
    /// <param name="grantId">Identifier of the grant.</param>
    /// <param name="cause">Why, as a word of the code.</param>
    /// <param name="isAttack">True raises an alarm of that kind. Of concurrent acts exactly one raises it: the one that ended the grant.</param>
    /// <returns>The grant, and the exchanges that ended with it; null when there was none or it had ended.</returns>
    /// <remarks>
    /// <para>No cancellation: a stranger who closes the connection must not stop it.</para>
    /// <para>
    /// The revocation is stored before the grant ends. If the gateway stops between the two, its tokens are refused already, and
    /// <see cref="FinishAsync"/> ends the grant at the next start. In the other order signed access tokens would stay good for their life.
    /// </para>
    /// </remarks>
    /// <exception cref="StoreException">
    /// The grant or its revocation could not be stored. A grant whose revocation has no room is ended nevertheless.
    /// </exception>
    public async ValueTask<EndedGrant?> EndAsync(string grantId, string cause, bool isAttack)
    {
        if (await grants.FindGrantAsync(grantId, time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false) is null)
            return null;
        var (exchanges, unrevoked) = await TryRevokeAsync(grantId, cause).ConfigureAwait(false);
        if (await grants.EndGrantAsync(grantId, time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false) is not { } ended)
            return null;
        if (isAttack)
            journal.Alarm(cause, Facts(ended));
        Note(ended, cause);
        unrevoked?.Throw();
        return new EndedGrant(ended, exchanges);
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
        await revokeSession(ended.Id, cause).ConfigureAwait(false);
    }

    private async ValueTask<(int Exchanges, ExceptionDispatchInfo? Fault)> TryRevokeAsync(string grantId, string cause)
    {
        try
        {
            return (await revokeSession(grantId, cause).ConfigureAwait(false), null);
        }
        catch (StoreException fault)
        {
            return (0, ExceptionDispatchInfo.Capture(fault));
        }
    }

    private void Note(GrantRow ended, string cause) => journal.Note("oauth.grant.end", [.. Facts(ended), ("cause", cause)]);

    private static (string Name, string Value)[] Facts(GrantRow grant) =>
        [("grant", grant.Id), ("subject", grant.Subject), ("client", grant.ClientId), ("resource", grant.Resource)];
}

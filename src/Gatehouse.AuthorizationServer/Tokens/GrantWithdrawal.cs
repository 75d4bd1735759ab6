using System.Runtime.ExceptionServices;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>
/// Withdraws what a person gave to clients: every grant that matches, with its tokens and open streams, and then the consents. The page of grants and
/// the acts of administrators go through here, so that they do the same and leave the same entries (<c>oauth.grant.end</c>).
/// </summary>
/// <remarks>
/// Threat: a client that signed in twice has two grants of one person for one resource, and a withdrawal that ends one of them leaves the tokens of
/// the other good (CWE-613). So a withdrawal names subject, client and resource, and never one grant.
/// </remarks>
/// <param name="grants">The grants.</param>
/// <param name="consents">The consents.</param>
/// <param name="ending">Ends each grant.</param>
/// <param name="time">The clock.</param>
internal sealed class GrantWithdrawal(IGrantStore grants, IConsentStore consents, GrantEnding ending, TimeProvider time)
{
    // A person has fewer of each: GrantIssuer.MostGrantsOfSubject, GrantsEndpoint.MostShown.
    private const int MostOfSubject = 1000;

    /// <summary>Ends grants and removes the consents that they follow from.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="client">Only for this client; null for all.</param>
    /// <param name="resource">Only for this resource; null for all.</param>
    /// <param name="cause">Why, one of <see cref="GrantCauses"/>.</param>
    /// <remarks>
    /// The consents go last. If the gateway stops before that, they still show that there is something to withdraw, and the act can be repeated.
    /// </remarks>
    /// <exception cref="StoreException">A grant, its revocation or a consent could not be stored. Every grant was tried, no consent was
    /// removed if a grant failed.</exception>
    public async ValueTask<WithdrawnAccess> WithdrawAsync(string subject, string? client, string? resource, string cause)
    {
        var ended = await EndGrantsAsync(subject, client, resource, cause).ConfigureAwait(false);
        var removed = 0;
        foreach (var row in await consents.ListAsync(subject, MostOfSubject, time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false))
        {
            if (Matches(row.ClientId, client) && Matches(row.Resource, resource)
                && await consents.RemoveAsync(row.Subject, row.ClientId, row.Resource, CancellationToken.None).ConfigureAwait(false)) removed++;
        }

        return ended with { Consents = removed };
    }

    /// <summary>Ends grants, and leaves the consents. The parameters are those of <see cref="WithdrawAsync"/>.</summary>
    /// <exception cref="StoreException">A grant or its revocation could not be stored. Every grant was tried.</exception>
    public async ValueTask<WithdrawnAccess> EndGrantsAsync(string subject, string? client, string? resource, string cause)
    {
        var result = default(WithdrawnAccess);
        ExceptionDispatchInfo? fault = null;
        foreach (var grant in await grants.ListGrantsAsync(subject, MostOfSubject, time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false))
        {
            if (!Matches(grant.ClientId, client) || !Matches(grant.Resource, resource)) continue;
            try
            {
                if (await ending.EndAsync(grant.Id, cause, isAttack: false).ConfigureAwait(false) is { } ended)
                    result = result with { Grants = result.Grants + 1, Exchanges = result.Exchanges + ended.Exchanges };
            }
            catch (StoreException e)
            {
                // The others are tried too: what can be ended must not wait for what cannot.
                fault ??= ExceptionDispatchInfo.Capture(e);
            }
        }

        fault?.Throw();
        return result;
    }

    private static bool Matches(string value, string? wanted) => wanted is null || string.Equals(value, wanted, StringComparison.Ordinal);
}

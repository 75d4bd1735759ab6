using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Partitions;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>
/// The failed requests of clients: a number in a minute, of which an address block gets a part. A request that succeeds costs nothing. Safe for
/// concurrent use.
/// </summary>
/// <remarks>
/// <para>Threat: secrets of clients are guessed, or invented tokens keep the store busy (RFC 6749 §2.3.1; CWE-307, CWE-770).</para>
/// <para>
/// Behind a proxy all address blocks are one, and one stranger spends the number of all. So a request with a credential in force is answered above
/// it too: it costs one look-up to know, and each credential has a number of failures of its own.
/// </para>
/// <para>
/// Above the number every answer but a success is the same. Otherwise a thief who spends the number could see from a wrong request whether a refresh
/// token is still in force, without using it (decision 0116).
/// </para>
/// <para>
/// Threat: the thief keeps the number spent, so that no check sees the client present the token that the thief has used. So a request with a spent
/// credential of a grant that has not ended is run above the number too, and only its answer is withheld: the grant ends with its alarm. The thief
/// can also spend the number of such requests. Then the grant ends without a run, once no grace holds for the credential.
/// </para>
/// </remarks>
/// <param name="parts">Grants and the clock.</param>
internal sealed class FailureRates(TokenParts parts)
{
    /// <summary>The most failed requests a minute.</summary>
    public const int MostFailuresPerMinute = 12_000;

    /// <summary>Percent of them for one address block: 300 a minute.</summary>
    public const int BlockShare = 5;

    /// <summary>Percent of as many for one credential in force, above what its address block has: 120 a minute.</summary>
    public const int CredentialShare = 1;

    /// <summary>The most requests a minute with a spent credential that are run above the number of failures.</summary>
    public const int MostSpentUsesPerMinute = 1200;

    /// <summary>Percent of them for one grant: 12 a minute.</summary>
    public const int GrantShare = 1;

    private readonly Lock gate = new();
    private readonly TimeProvider time = parts.Time;
    private readonly ProvokedBudget failures = new(MostFailuresPerMinute, static () => BlockShare, parts.Time.GetUtcNow());
    private readonly ProvokedBudget withCredential = new(MostFailuresPerMinute, static () => CredentialShare, parts.Time.GetUtcNow());
    private readonly ProvokedBudget spentUses = new(MostSpentUsesPerMinute, static () => GrantShare, parts.Time.GetUtcNow());

    /// <summary>The look-ups of credentials, with one bound for all endpoints.</summary>
    public LiveCredentials Credentials { get; } = new(parts);

    /// <summary>Answers a request, unless too many of its address block failed and it presents no credential in force.</summary>
    public async ValueTask<OAuthResponse> CountAsync(OAuthRequest request, Func<ValueTask<OAuthResponse>> answer, CancellationToken cancellation)
    {
        if (TryTake(failures, request.Peer.Partition))
            return await CountAsync(failures, request.Peer.Partition, answer).ConfigureAwait(false);
        var found = await Credentials.FindAsync(request.Form, cancellation).ConfigureAwait(false);
        var success = found switch
        {
            null => null,
            { IsSpent: true } => await WatchAsync(found, answer).ConfigureAwait(false),
            _ => await AnswerAsync(CallerPartition.Of(parts.Issuer, Convert.ToHexString(found.Digest.Span)), answer).ConfigureAwait(false),
        };
        return success ?? OAuthResponse.Of(OAuthError.TooMany);
    }

    private async ValueTask<OAuthResponse?> AnswerAsync(CallerPartition own, Func<ValueTask<OAuthResponse>> answer) =>
        TryTake(withCredential, own)
        && await CountAsync(withCredential, own, answer).ConfigureAwait(false) is { Error: null, IsFruitless: false } success ? success : null;

    // What the run does counts. Its answer is not sent: it would show that the credential was spent.
    private async ValueTask<OAuthResponse?> WatchAsync(PresentedCredential spent, Func<ValueTask<OAuthResponse>> answer)
    {
        if (TryTake(spentUses, CallerPartition.Of(parts.Issuer, spent.GrantId)))
            await answer().ConfigureAwait(false);
        else if (spent.Kind == CredentialKind.AuthorizationCode)
            await parts.Ending.EndAsync(spent.GrantId, GrantCauses.CodeReuse, isAttack: true).ConfigureAwait(false);
        else if (!parts.IsInGrace(spent.SpentAt))
            await parts.Ending.EndAsync(spent.GrantId, GrantCauses.RefreshReuse, isAttack: true).ConfigureAwait(false);
        return null;
    }

    private async ValueTask<OAuthResponse> CountAsync(ProvokedBudget budget, CallerPartition partition, Func<ValueTask<OAuthResponse>> answer)
    {
        var isFailure = false;
        try
        {
            var given = await answer().ConfigureAwait(false);
            isFailure = IsFailure(given);
            return given;
        }
        finally
        {
            if (!isFailure)
                Return(budget, partition);
        }
    }

    // A client must be asked for a nonce once, and a store that fails is not the client's fault. A client that cannot be read counts: strangers can
    // cause it.
    private static bool IsFailure(OAuthResponse answer) =>
        answer.IsFruitless || answer.Error == OAuthError.UnreadClient
        || (answer.Error is { IsTemporary: false } fault && fault.Error != OAuthError.UseNonce);

    private bool TryTake(ProvokedBudget budget, CallerPartition partition)
    {
        lock (gate)
            return budget.TryTake(partition, time.GetUtcNow());
    }

    private void Return(ProvokedBudget budget, CallerPartition partition)
    {
        lock (gate)
            budget.Return(partition, time.GetUtcNow());
    }
}

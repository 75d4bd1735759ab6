using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.Identity.Issuers;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>
/// The failed requests of clients: a number in a minute, of which an address block gets a part. A request that succeeds costs nothing. Safe for
/// concurrent use.
/// </summary>
/// <remarks>Threat: secrets of clients are guessed, or invented tokens keep the store busy (RFC 6749 §2.3.1; CWE-307, CWE-770).</remarks>
/// <param name="time">The clock.</param>
internal sealed class FailureRates(TimeProvider time)
{
    /// <summary>The most failed requests a minute.</summary>
    public const int MostFailuresPerMinute = 12_000;

    /// <summary>Percent of them for one address block: 300 a minute.</summary>
    public const int BlockShare = 5;

    private readonly Lock gate = new();
    private readonly ProvokedBudget failures = new(MostFailuresPerMinute, static () => BlockShare, time.GetUtcNow());

    /// <summary>Answers a request, unless too many of its address block failed.</summary>
    public async ValueTask<OAuthResponse> CountAsync(OAuthRequest request, Func<ValueTask<OAuthResponse>> answer)
    {
        if (!TryTake(request.Peer))
            return OAuthResponse.Of(OAuthError.TooMany);
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
                Return(request.Peer);
        }
    }

    // A client must be asked for a nonce once, and a store that fails is not the client's fault.
    private static bool IsFailure(OAuthResponse answer) =>
        answer.IsFruitless || (answer.Error is { IsTemporary: false } fault && fault.Error != OAuthError.UseNonce);

    private bool TryTake(Peer peer)
    {
        lock (gate)
            return failures.TryTake(peer.Partition, time.GetUtcNow());
    }

    private void Return(Peer peer)
    {
        lock (gate)
            failures.Return(peer.Partition, time.GetUtcNow());
    }
}

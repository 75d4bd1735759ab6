using System.Diagnostics.CodeAnalysis;
using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Validation;

/// <summary>
/// Looks up opaque tokens of an issuer in the same process. One look-up serves all who wait for the same token. The cache of verified tokens
/// remembers a good token, so that each token costs one look-up. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Threat: strangers send invented tokens until the store has no time for others (CWE-770). A look-up that finds nothing uses the part of an address
/// block, and an unknown token is remembered for a few seconds. A store that cannot be read lets no caller in.
/// </remarks>
public sealed class OpaqueTokenLookup
{
    /// <summary>The most look-ups a minute that find nothing.</summary>
    public const int MostFruitlessPerMinute = 30_000;

    /// <summary>The most unknown tokens that are remembered.</summary>
    public const int MostUnknown = 10_000;

    /// <summary>The time for which an unknown token is remembered.</summary>
    public static readonly TimeSpan UnknownLife = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Dictionary<TokenHash, Task<TokenResult>> pending = [];
    private readonly ClockCache<UnknownToken> unknown;
    private readonly ProvokedBudget fruitless;
    private readonly IOpaqueTokens tokens;
    private readonly string[] otherPrefixes;
    private readonly TimeProvider time;

    /// <summary>Makes the look-up. Nothing is looked up yet.</summary>
    /// <param name="tokens">The tokens of the issuer.</param>
    /// <param name="time">The clock.</param>
    /// <param name="peerShare">Percent of the look-ups that one address block may use in vain, 1 to 100, asked at each; null (default) lets one use
    /// all.</param>
    /// <param name="mostFruitless">The most look-ups a minute that find nothing, 1 or more.</param>
    public OpaqueTokenLookup(IOpaqueTokens tokens, TimeProvider time, Func<int>? peerShare = null, int mostFruitless = MostFruitlessPerMinute)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostFruitless, 1);
        ArgumentException.ThrowIfNullOrEmpty(tokens.Prefix, nameof(tokens));
        this.tokens = tokens;
        otherPrefixes = [.. tokens.OtherPrefixes];
        this.time = time;
        var share = peerShare ?? (static () => 100);
        unknown = new ClockCache<UnknownToken>(MostUnknown, share);
        fruitless = new ProvokedBudget(mostFruitless, share, time.GetUtcNow());
    }

    /// <summary>The number of unknown tokens that are remembered.</summary>
    public int UnknownCount => unknown.Count;

    /// <summary>Removes unknown tokens whose time is over.</summary>
    /// <param name="now">The moment by which this is judged.</param>
    public void Sweep(DateTimeOffset now) => unknown.RemoveWhere(token => token.Until <= now);

    /// <summary>Returns whether a token is one of the issuer, by its prefix: an access token, or another credential that is none.</summary>
    internal bool IsOwn(ReadOnlySpan<char> token)
    {
        if (token.StartsWith(tokens.Prefix, StringComparison.Ordinal))
            return true;
        foreach (var other in otherPrefixes)
        {
            if (token.StartsWith(other, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>Looks a token up, or joins the look-up that is under way. A good token is remembered before its look-up ends.</summary>
    /// <param name="hash">The token.</param>
    /// <param name="issuer">The issuer by which it is judged.</param>
    /// <param name="peer">The stranger whose share is used.</param>
    /// <param name="cache">The memory of good tokens.</param>
    internal Task<TokenResult> FindAsync(TokenHash hash, TrustedIssuer issuer, CallerPartition peer, VerifiedTokenCache cache)
    {
        var now = time.GetUtcNow();
        if (unknown.TryGet(hash, out var known) && now < known.Until)
            return Task.FromResult(TokenResult.Refused(TokenRefusal.NotActive));
        var completion = new TaskCompletionSource<TokenResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (this.pending.TryGetValue(hash, out var pending))
                return pending;
            if (cache.TryFind(hash, one => ReferenceEquals(one, issuer), out var found))
                return Task.FromResult(TokenResult.Verified(found.Token)); // another request found it meanwhile
            if (!fruitless.TryTake(peer, now))
                return Task.FromResult(TokenResult.Refused(TokenRefusal.KeysUnavailable));
            this.pending[hash] = completion.Task;
        }

        _ = RunAsync(hash, issuer, peer, cache, completion);
        return completion.Task;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a look-up throws, the token is refused, and the next use looks again.")]
    private async Task RunAsync(
        TokenHash hash, TrustedIssuer issuer, CallerPartition peer, VerifiedTokenCache cache, TaskCompletionSource<TokenResult> completion)
    {
        var generation = issuer.Keys.Generation; // before the look-up: keys that change meanwhile cost another look-up
        var result = TokenResult.Refused(TokenRefusal.KeysUnavailable);
        try
        {
            // A caller may go away; the result belongs to everyone who waits.
            result = Judge(await tokens.FindAsync(hash, CancellationToken.None).ConfigureAwait(false), issuer, hash);
            if (result.Refusal == TokenRefusal.NotActive)
                unknown.Set(hash, new UnknownToken(time.GetUtcNow() + UnknownLife), peer.IsKnown ? peer : null);
            else if (result.IsVerified)
                cache.Remember(hash, new CachedVerification(result.Token, issuer, generation));
        }
        catch (Exception)
        {
            // The result stays: the store cannot be asked now.
        }
        finally
        {
            End(hash, peer, result);
            completion.SetResult(result);
        }
    }

    private void End(TokenHash hash, CallerPartition peer, TokenResult result)
    {
        lock (gate)
        {
            pending.Remove(hash);
            if (result.Refusal != TokenRefusal.NotActive)
                fruitless.Return(peer, time.GetUtcNow());
        }
    }

    private TokenResult Judge(byte[]? claims, TrustedIssuer issuer, TokenHash hash)
    {
        if (claims is null)
            return TokenResult.Refused(TokenRefusal.NotActive);
        return StrictJson.Parse(claims, out var root) == StrictJsonFault.None
            ? ClaimRules.JudgeIntrospected(root, issuer.Profile, hash, time.GetUtcNow())
            : TokenResult.Refused(TokenRefusal.ClaimMalformed);
    }

    private sealed record UnknownToken(DateTimeOffset Until);
}

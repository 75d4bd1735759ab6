using System.Text;
using Gatehouse.Identity.Keys;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.ProofOfPossession;

/// <summary>The check of proofs of possession (RFC 9449 §4.3, §7.1). Safe for concurrent use.</summary>
public sealed class DPoPProofs
{
    private const int MostKnownKeys = 2_000;
    private const int MaxIdLength = 256;

    private readonly IDPoPReplayCache replays;
    private readonly TimeProvider time;
    private readonly ClockCache<JsonWebKey> keys = new(MostKnownKeys);
    private volatile DPoPOptions options;
    private volatile ShorterLife? earlier;

    /// <summary>Makes a judge.</summary>
    /// <param name="replays">The memory of used proofs.</param>
    /// <param name="nonces">The nonces that proofs must carry.</param>
    /// <param name="options">The settings by which proofs are judged.</param>
    /// <param name="time">The clock.</param>
    public DPoPProofs(IDPoPReplayCache replays, DPoPNonces nonces, DPoPOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(replays);
        ArgumentNullException.ThrowIfNull(nonces);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        this.replays = replays;
        this.options = options;
        this.time = time;
        Nonces = nonces;
    }

    /// <summary>The nonces that proofs must carry.</summary>
    public DPoPNonces Nonces { get; }

    /// <summary>The settings by which proofs are judged from now on.</summary>
    /// <remarks>
    /// A proof is remembered for the life that it had when it was used. After a longer life has come into force, a proof that was made before keeps
    /// the shorter life. Otherwise it would be good again once it is removed (RFC 9449 §11.1).
    /// </remarks>
    public DPoPOptions Options
    {
        get => options;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            var now = time.GetUtcNow();
            if (value.ProofLife > options.ProofLife)
                earlier = earlier is { } before && now - before.Until < value.ProofLife
                    ? new ShorterLife(now, before.Life < options.ProofLife ? before.Life : options.ProofLife)
                    : new ShorterLife(now, options.ProofLife);
            options = value;
        }
    }

    /// <summary>Judges the proof of a request.</summary>
    /// <param name="evidence">The request: proof and method.</param>
    /// <param name="url">The URL of the endpoint as clients know it; never taken from the request.</param>
    /// <param name="token">The access token that came with it, bound to a key.</param>
    /// <param name="cancellationToken">Ends the wait for a shared memory of proofs.</param>
    /// <returns>The reason for the refusal, or null when it is good. A good proof is used up.</returns>
    /// <exception cref="ArgumentException">The token is bound to no key.</exception>
    public async ValueTask<TokenRefusal?> JudgeAsync(PossessionEvidence evidence, string url, VerifiedToken token,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        var keyThumbprint = token.Binding?.KeyThumbprint ?? throw new ArgumentException("The token is bound to no key.", nameof(token));
        if (string.IsNullOrEmpty(evidence.Proof))
            return TokenRefusal.ProofMissing;
        if (!Ascii.IsValid(evidence.Proof) || evidence.Proof.Length > DPoPProof.MaxLength)
            return TokenRefusal.ProofMalformed;
        var ascii = Encoding.ASCII.GetBytes(evidence.Proof);
        if (DPoPProof.Read(ascii) is not { } proof)
            return TokenRefusal.ProofMalformed;
        try
        {
            return FindKeyRefusal(ascii, proof, keyThumbprint)
                ?? FindClaimRefusal(proof.Claims, evidence.Method, url, token.TokenHash)
                ?? await FindReplayAsync(proof.Claims, CallerPartition.Of(token.Issuer, token.Subject), keyThumbprint, cancellationToken)
                    .ConfigureAwait(false);
        }
        catch (ClaimFormatException)
        {
            return TokenRefusal.ProofMalformed;
        }
    }

    /// <summary>Judges the proof of a request to a token endpoint, where the key is not known before (RFC 9449 §5).</summary>
    /// <param name="proof">The value of the one <c>DPoP</c> header.</param>
    /// <param name="method">The HTTP method, upper case as it came.</param>
    /// <param name="url">The URL of the token endpoint as clients know it; never taken from the request.</param>
    /// <param name="caller">The party whose part of the memory of proofs is used.</param>
    /// <param name="cancellationToken">Ends the wait for a shared memory of proofs.</param>
    /// <returns>The thumbprint of the key that signed a good proof, which is used up; otherwise the reason for the refusal.</returns>
    public async ValueTask<(string? KeyThumbprint, TokenRefusal? Refusal)> JudgeForTokenAsync(
        string proof, string method, string url, CallerPartition caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (!Ascii.IsValid(proof) || proof.Length > DPoPProof.MaxLength)
            return (null, TokenRefusal.ProofMalformed);
        var ascii = Encoding.ASCII.GetBytes(proof);
        if (DPoPProof.Read(ascii) is not { } read || JsonWebKeyThumbprint.Of(read.Key) is not { } thumbprint)
            return (null, TokenRefusal.ProofMalformed);
        try
        {
            var refusal = FindKeyRefusal(ascii, read, thumbprint)
                ?? FindRequestRefusal(read.Claims, method, url)
                ?? FindTimeRefusal(read.Claims)
                ?? await FindReplayAsync(read.Claims, caller, thumbprint, cancellationToken).ConfigureAwait(false);
            return refusal is null ? (thumbprint, null) : (null, refusal);
        }
        catch (ClaimFormatException)
        {
            return (null, TokenRefusal.ProofMalformed);
        }
    }

    // Threat: a stolen token with a proof of the thief's own key. The thumbprint costs a hash and comes before the signature.
    private TokenRefusal? FindKeyRefusal(byte[] ascii, DPoPProof proof, string keyThumbprint)
    {
        if (JsonWebKeyThumbprint.Of(proof.Key) is not { } thumbprint || !TokenBinding.AreSame(keyThumbprint, thumbprint))
            return TokenRefusal.ProofKeyMismatch;
        var id = TokenHash.Of(Encoding.ASCII.GetBytes(thumbprint));
        if (!keys.TryGet(id, out var key) || !key.Fits(proof.Algorithm.Name))
        {
            key = JsonWebKeyImport.Import(proof.Key);
            if (key.Use != JsonWebKeyUse.Verifies || !key.Fits(proof.Algorithm.Name))
                return TokenRefusal.ProofSignatureInvalid;
            keys.Set(id, key);
        }

        return proof.IsSignedBy(ascii, key) ? null : TokenRefusal.ProofSignatureInvalid;
    }

    private TokenRefusal? FindClaimRefusal(ClaimSet claims, string? method, string url, TokenHash token)
    {
        if (FindRequestRefusal(claims, method, url) is { } refusal)
            return refusal;
        if (claims.Text("ath") is not { } hash || !TokenBinding.AreSame(token.ToBase64Url(), hash))
            return TokenRefusal.ProofTokenMismatch;
        return FindTimeRefusal(claims);
    }

    private static TokenRefusal? FindRequestRefusal(ClaimSet claims, string? method, string url)
    {
        if (claims.Text("htm") is not { } presented || presented != method)
            return TokenRefusal.ProofMethodMismatch;
        return DPoPTargetUri.Matches(url, claims.Text("htu")) ? null : TokenRefusal.ProofUrlMismatch;
    }

    private TokenRefusal? FindTimeRefusal(ClaimSet claims)
    {
        var now = time.GetUtcNow();
        if (claims.Date("iat") is not { } made || made > now + DPoPOptions.FutureSkew || made < now - LifeOf(made))
            return TokenRefusal.ProofTooOld;
        var nonce = claims.Text("nonce");
        if (nonce is null ? options.DemandNonce : !Nonces.IsGood(nonce))
            return TokenRefusal.ProofNonceNeeded;
        return null;
    }

    // Last, so that only good proofs take up memory.
    private async ValueTask<TokenRefusal?> FindReplayAsync(
        ClaimSet claims, CallerPartition caller, string keyThumbprint, CancellationToken cancellationToken)
    {
        if (claims.Text("jti") is not { Length: > 0 and <= MaxIdLength } id)
            return TokenRefusal.ProofMalformed;
        var until = claims.Date("iat")!.Value + options.ProofLife + DPoPOptions.FutureSkew;
        var use = new DPoPProofUse(caller, keyThumbprint, id, until);
        return await replays.UseAsync(use, cancellationToken).ConfigureAwait(false) switch
        {
            ReplayCheckResult.First => null,
            ReplayCheckResult.Full => TokenRefusal.ProofMemoryFull,
            _ => TokenRefusal.ProofReplayed,
        };
    }

    private TimeSpan LifeOf(DateTimeOffset made)
    {
        var life = options.ProofLife;
        return this.earlier is { } earlier && earlier.Life < life && made <= earlier.Until + DPoPOptions.FutureSkew ? earlier.Life : life;
    }

    // The life of proofs made until then.
    private sealed record ShorterLife(DateTimeOffset Until, TimeSpan Life);
}

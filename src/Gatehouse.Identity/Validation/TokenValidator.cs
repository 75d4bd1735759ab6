using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Keys;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Validation;

/// <summary>The validator of signed access tokens (RFC 9068 §4, RFC 8725). Immutable except for its cache, and safe for concurrent use.</summary>
/// <remarks>
/// The order of checks: size, shape, issuer, type and algorithm, key, signature, claims, audience, revocation. The checks before the signature decide
/// only which key to ask for. Nothing of an unsigned claim leaves this class.
/// </remarks>
public sealed class TokenValidator : ITokenValidator
{
    private const int StackBytes = 2048;

    private readonly FrozenDictionary<string, TrustedIssuer> issuers;
    private readonly Func<TrustedIssuer, bool> isTrusted;
    private readonly IRevocationList revocations;
    private readonly VerifiedTokenCache cache;
    private readonly TimeProvider time;
    private readonly DPoPProofs? proofs;
    private readonly TrustedIssuer? introspecting;
    private readonly TrustedIssuer? own;

    /// <summary>Makes a validator.</summary>
    /// <param name="issuers">The trusted issuers; at least one, each identifier once.</param>
    /// <param name="revocations">The revocations in force.</param>
    /// <param name="cache">The cache of verified tokens; may be shared with other validators.</param>
    /// <param name="time">The clock for expiry and the like.</param>
    /// <param name="proofs">Judges proofs of possession; null (default) refuses every token bound to a key.</param>
    /// <exception cref="ArgumentException">No issuer, one named twice, two that are asked about opaque tokens, or two of the same
    /// process.</exception>
    public TokenValidator(IEnumerable<TrustedIssuer> issuers, IRevocationList revocations, VerifiedTokenCache cache, TimeProvider time,
        DPoPProofs? proofs = null)
    {
        ArgumentNullException.ThrowIfNull(issuers);
        ArgumentNullException.ThrowIfNull(revocations);
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(time);
        this.issuers = ByIdentifier(issuers);
        introspecting = OnlyIntrospecting(this.issuers.Values);
        own = OnlyOwn(this.issuers.Values);
        isTrusted = this.issuers.Values.ToFrozenSet().Contains;
        this.revocations = revocations;
        this.cache = cache;
        this.time = time;
        this.proofs = proofs;
    }

    /// <inheritdoc/>
    public ValueTask<TokenResult> ValidateAsync(AccessTokenValue token, string resourceAudience, CancellationToken cancellationToken) =>
        HoldToSenderAsync(ValidateAsync(token, new AcceptedAudiences(resourceAudience), default, cancellationToken), new TokenUse(resourceAudience),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TokenResult> ValidateAsync(AccessTokenValue token, IReadOnlyList<string> acceptedAudiences,
        CancellationToken cancellationToken) =>
        HoldToSenderAsync(ValidateAsync(token, new AcceptedAudiences(acceptedAudiences), default, cancellationToken), default, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TokenResult> ValidateAsync(AccessTokenValue token, TokenUse use, CancellationToken cancellationToken) =>
        HoldToSenderAsync(ValidateAsync(token, new AcceptedAudiences(use), use.Peer, cancellationToken), use, cancellationToken);

    /// <summary>
    /// Holds the token to its sender. Every way to a result passes here. A plain token on a server that takes them costs two comparisons.
    /// </summary>
    private ValueTask<TokenResult> HoldToSenderAsync(ValueTask<TokenResult> validation, TokenUse use, CancellationToken cancellationToken)
    {
        if (!validation.IsCompletedSuccessfully)
            return AwaitAsync(validation, use, cancellationToken);
        var result = validation.Result;
        var isPlain = !result.IsVerified
            || (result.Token.Binding is null && use.Demand == SenderConstraintRequirement.Accept && use.Evidence.Scheme == TokenScheme.Bearer);
        return isPlain ? ValueTask.FromResult(result) : JudgeSenderAsync(result, use, cancellationToken);
    }

    private async ValueTask<TokenResult> AwaitAsync(ValueTask<TokenResult> validation, TokenUse use, CancellationToken cancellationToken) =>
        await JudgeSenderAsync(await validation.ConfigureAwait(false), use, cancellationToken).ConfigureAwait(false);

    private async ValueTask<TokenResult> JudgeSenderAsync(TokenResult result, TokenUse use, CancellationToken cancellationToken)
    {
        if (!result.IsVerified)
            return result;
        var refusal = await SenderConstraint.JudgeAsync(result.Token, use, proofs, cancellationToken).ConfigureAwait(false);
        return refusal is { } found ? TokenResult.Refused(found, result.Token.Issuer) : result;
    }

    private static FrozenDictionary<string, TrustedIssuer> ByIdentifier(IEnumerable<TrustedIssuer> issuers)
    {
        var byIdentifier = new Dictionary<string, TrustedIssuer>(StringComparer.Ordinal);
        foreach (var issuer in issuers)
        {
            foreach (var name in issuer.Profile.Shape.TokenIssuers(issuer.Profile))
            {
                if (!byIdentifier.TryAdd(name, issuer))
                    throw new ArgumentException($"Issuer {name} is named twice.", nameof(issuers));
            }
        }

        return byIdentifier.Count > 0
            ? byIdentifier.ToFrozenDictionary(StringComparer.Ordinal)
            : throw new ArgumentException("No issuer is trusted, so no token could ever be valid.", nameof(issuers));
    }

    /// <summary>Threat: an opaque token does not say whose it is; asking several issuers would show one's tokens to the others.</summary>
    private static TrustedIssuer? OnlyIntrospecting(IEnumerable<TrustedIssuer> issuers)
    {
        var found = issuers.Where(issuer => issuer.Introspector is not null).Distinct().ToList();
        return found.Count <= 1 ? found.FirstOrDefault()
            : throw new ArgumentException("Two issuers are asked about opaque tokens; at most one can be.", nameof(issuers));
    }

    private static TrustedIssuer? OnlyOwn(IEnumerable<TrustedIssuer> issuers)
    {
        var found = issuers.Where(issuer => issuer.OpaqueTokens is not null).Distinct().ToList();
        return found.Count <= 1 ? found.FirstOrDefault()
            : throw new ArgumentException("Two issuers of the same process have opaque tokens; at most one can.", nameof(issuers));
    }

    private ValueTask<TokenResult> ValidateAsync(AccessTokenValue token, AcceptedAudiences audiences, CallerPartition peer,
        CancellationToken cancellationToken)
    {
        if (FindSizeRefusal(token, out var hash) is { } refusal)
            return Refused(refusal);
        if (cache.TryFind(hash, isTrusted, out var known))
            return ValueTask.FromResult(JudgeUse(known, audiences));
        if (cache.FindRefusal(hash, isTrusted, time.GetUtcNow()) is { } knownRefusal)
            return Refused(knownRefusal.Refusal, knownRefusal.Issuer.Profile.Issuer);

        // Threat: a token of the gateway is shown to another issuer, which can then use it (RFC 7662 §4).
        if (own is { } issuerHere && issuerHere.OpaqueTokens!.IsOwn(token.RevealToValidator()))
            return FindOwnAsync(hash, issuerHere, audiences, peer, cancellationToken);
        if (introspecting is { } issuer
            && !TokenIntrospector.IsJwt(token.RevealToValidator()) && IssuerMetadata.Names(issuer.Profile).Any(audiences.AcceptsIssuer))
            return IntrospectAsync(token, hash, issuer, audiences, peer, cancellationToken);
        return VerifyAsync(token, hash, audiences, peer, cancellationToken);
    }

    private async ValueTask<TokenResult> FindOwnAsync(
        TokenHash hash, TrustedIssuer issuer, AcceptedAudiences audiences, CallerPartition peer, CancellationToken cancellationToken)
    {
        if (!audiences.AcceptsIssuer(issuer.Profile.Issuer))
            return TokenResult.Refused(TokenRefusal.IssuerMismatch, issuer.Profile.Issuer);
        var found = await issuer.OpaqueTokens!.FindAsync(hash, issuer, peer, cache).WaitAsync(cancellationToken).ConfigureAwait(false);
        return found.IsVerified ? JudgeUse(new CachedVerification(found.Token, issuer, issuer.Keys.Generation), audiences)
            : TokenResult.Refused(found.Refusal.Value, issuer.Profile.Issuer);
    }

    private async ValueTask<TokenResult> IntrospectAsync(
        AccessTokenValue token, TokenHash hash, TrustedIssuer issuer, AcceptedAudiences audiences, CallerPartition peer,
        CancellationToken cancellationToken)
    {
        var answer = issuer.Introspector!.Find(hash);
        if (answer is null)
        {
            var ascii = new byte[token.RevealToValidator().Length];
            Ascii.FromUtf16(token.RevealToValidator(), ascii, out _);
            answer = await issuer.Introspector.AskAsync(ascii, hash, issuer, peer).WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return answer.Verification is { } verification
            ? JudgeUse(verification, audiences) : TokenResult.Refused(answer.Refusal!.Value, issuer.Profile.Issuer);
    }

    private static ValueTask<TokenResult> Refused(TokenRefusal refusal, string? issuer = null) =>
        ValueTask.FromResult(TokenResult.Refused(refusal, issuer));

    /// <summary>Judges size and characters, and hashes the token without leaving a copy of it behind.</summary>
    private static TokenRefusal? FindSizeRefusal(AccessTokenValue token, out TokenHash hash)
    {
        hash = default;
        var text = token.RevealToValidator();
        if (text.IsEmpty)
            return TokenRefusal.Missing;
        if (text.Length > BearerCredential.MaxTokenLength)
            return TokenRefusal.TooLarge;
        byte[]? rented = null;
        var ascii = text.Length <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(text.Length);
        try
        {
            if (Ascii.FromUtf16(text, ascii, out var length) != OperationStatus.Done)
                return TokenRefusal.Malformed;
            hash = TokenHash.Of(ascii[..length]);
            return null;
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    private async ValueTask<TokenResult> VerifyAsync(AccessTokenValue token, TokenHash hash, AcceptedAudiences audiences, CallerPartition peer,
        CancellationToken cancellationToken)
    {
        var ascii = new byte[token.RevealToValidator().Length];
        Ascii.FromUtf16(token.RevealToValidator(), ascii, out _);
        if (FindShapeRefusal(ascii, out var jws, out var claims, out var issuer) is { } refusal)
            return TokenResult.Refused(refusal);
        if (FindHeaderRefusal(jws!.Header, issuer!.Profile, out var algorithm) is { } headerRefusal)
            return TokenResult.Refused(headerRefusal, issuer.Profile.Issuer);
        var signature = await SignatureVerdict.OfAsync(ascii, jws, algorithm!, issuer.Keys, peer, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var result = signature.Refusal is { } signatureRefusal
            ? TokenResult.Refused(signatureRefusal, issuer.Profile.Issuer)
            : ClaimRules.Judge(
                claims, issuer.Profile, new SigningKey(jws.Header.KeyId, signature.KeyIssuer), hash, jws.FindOtherFormHash(ascii), now);
        if (!result.IsVerified)
        {
            cache.RememberRefusal(hash, result.Refusal.Value, issuer, signature.Generation, now);
            return TokenResult.Refused(result.Refusal.Value, issuer.Profile.Issuer);
        }

        var verification = new CachedVerification(result.Token, issuer, signature.Generation);
        cache.Remember(hash, verification);
        return JudgeUse(verification, audiences);
    }

    private TokenRefusal? FindShapeRefusal(byte[] ascii, out CompactJws? jws, out JsonElement claims, out TrustedIssuer? issuer)
    {
        claims = default;
        issuer = null;
        if (CompactJws.TryRead(ascii, out jws) is { } refusal)
            return refusal;
        var fault = StrictJson.Parse(jws!.Payload, out claims);
        if (fault != StrictJsonFault.None)
            return fault == StrictJsonFault.DuplicateMember ? TokenRefusal.DuplicateMember : TokenRefusal.Malformed;

        // The claim is not trusted yet: it only picks whose keys must verify it (RFC 8725 §3.8).
        if (claims.TryGetProperty("iss", out var iss) && iss.ValueKind == JsonValueKind.String)
            issuer = issuers.GetValueOrDefault(iss.GetString()!);
        return issuer is null ? TokenRefusal.IssuerMismatch : null;
    }

    private static TokenRefusal? FindHeaderRefusal(JoseHeader header, IssuerProfile profile, out SignatureAlgorithm? algorithm)
    {
        algorithm = null;
        if (!ClaimRules.IsAcceptedType(header.Type, profile.AcceptedTypes))
            return TokenRefusal.TypeMismatch;

        // Threat: the token chooses how it is checked (alg none, HMAC with the public key; RFC 8725 §2.1). Only the profile's list counts.
        if (!profile.Algorithms.Contains(header.Algorithm, StringComparer.Ordinal))
            return TokenRefusal.AlgorithmNotAllowed;
        algorithm = SignatureAlgorithm.Find(header.Algorithm);
        return algorithm is null ? TokenRefusal.AlgorithmNotAllowed : null;
    }

    /// <summary>Judges what depends on the moment and on the requested resource. Every use passes here, remembered or not.</summary>
    private TokenResult JudgeUse(CachedVerification verification, AcceptedAudiences audiences)
    {
        var token = verification.Token;
        var skew = verification.Issuer.Profile.ClockSkew;
        if (ClaimRules.FindTimeRefusal(token.ExpiresAt, token.NotBefore, skew, time.GetUtcNow()) is { } refusal)
        {
            cache.Forget(token.TokenHash, verification);
            return TokenResult.Refused(refusal, verification.Issuer.Profile.Issuer);
        }

        // Threat: another trusted issuer writes the names of this one's people and this resource's audience into its tokens (RFC 8725 §3.8).
        // The answer is that of an issuer which is not trusted at all.
        if (!audiences.AcceptsIssuer(token.Issuer))
            return TokenResult.Refused(TokenRefusal.IssuerMismatch, verification.Issuer.Profile.Issuer);

        // Threat: a token for a sibling resource of the same issuer (RFC 8725 §2.7, §3.9; MCP row A07).
        if (!audiences.AreNamedBy(token))
            return TokenResult.Refused(TokenRefusal.AudienceMismatch, verification.Issuer.Profile.Issuer);
        return verification.IsRevokedBy(revocations)
            ? TokenResult.Refused(TokenRefusal.Revoked, verification.Issuer.Profile.Issuer)
            : TokenResult.Verified(token);
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Validation;

/// <summary>The rules for the claims of a token whose signature is good (RFC 7519 §4.1; RFC 9068 §4).</summary>
internal static class ClaimRules
{
    /// <summary>Claims that only ID tokens and logout tokens carry (OpenID Connect Core §2, Back-Channel Logout §2.4).</summary>
    private static readonly ImmutableArray<string> OtherTokensClaims = ["nonce", "at_hash", "c_hash", "s_hash", "events"];

    /// <summary>Reads the claims and applies every rule that does not depend on the resource asked for.</summary>
    public static TokenResult Judge(
        JsonElement payload, IssuerProfile profile, SigningKey key, TokenHash hash, TokenHash? otherFormHash, DateTimeOffset now)
    {
        try
        {
            var claims = new ClaimSet(payload);
            return FindRefusal(claims, profile, key, now) ?? Read(claims, profile, key, hash, otherFormHash);
        }
        catch (ClaimFormatException)
        {
            return TokenResult.Refused(TokenRefusal.ClaimMalformed);
        }
    }

    /// <summary>Judges an issuer's answer about an active token (RFC 7662 §2.2) by the same rules.</summary>
    public static TokenResult JudgeIntrospected(JsonElement answer, IssuerProfile profile, TokenHash hash, DateTimeOffset now)
    {
        try
        {
            var claims = new ClaimSet(answer, isIntrospected: true);
            if (claims.Text("iss") is { } issuer && issuer != profile.Issuer)
                return TokenResult.Refused(TokenRefusal.IssuerMismatch);
            if (!IsAccessToken(claims))
                return TokenResult.Refused(TokenRefusal.TypeMismatch);
            return FindCommonRefusal(claims, profile, now) ?? Read(claims, profile, default, hash, otherFormHash: null);
        }
        catch (ClaimFormatException)
        {
            return TokenResult.Refused(TokenRefusal.ClaimMalformed);
        }
    }

    /// <summary>Threat: a refresh token, which the endpoint also calls active. Something must show that it is an access token.</summary>
    private static bool IsAccessToken(ClaimSet claims)
    {
        var type = claims.Text("token_type");
        var kind = claims.Text("typ");
        return (type ?? kind) is not null
            && (type is null || Is(type, "Bearer") || Is(type, "DPoP"))
            && (kind is null || Is(kind, "Bearer") || Is(kind, "DPoP") || Is(kind, "at+jwt"));
    }

    /// <summary>Returns whether a header type names an access token (RFC 9068 §4; compared without case, RFC 7515 §4.1.9).</summary>
    public static bool IsAcceptedType(string? type, AccessTokenTypes accepted)
    {
        if (Is(type, "at+jwt") || Is(type, "application/at+jwt"))
            return true;
        return accepted == AccessTokenTypes.Rfc9068OrJwt && Is(type, "JWT");
    }

    /// <summary>Judges the times of a token that may have been verified a while ago.</summary>
    /// <returns>The reason why the token is not valid now; null when it is.</returns>
    public static TokenRefusal? FindTimeRefusal(DateTimeOffset expiresAt, DateTimeOffset? notBefore, TimeSpan skew, DateTimeOffset now)
    {
        if (now - skew >= expiresAt)
            return TokenRefusal.Expired;
        // Two skews would make a token valid whose own times never were.
        return notBefore > now + skew || notBefore > expiresAt ? TokenRefusal.NotYetValid : null;
    }

    private static TokenResult? FindRefusal(ClaimSet claims, IssuerProfile profile, SigningKey key, DateTimeOffset now)
    {
        if (IsOtherKindOfToken(claims, profile))
            return TokenResult.Refused(TokenRefusal.TypeMismatch);
        if (profile.Shape.FindRefusal(claims, profile, key.Issuer) is { } shapeRefusal)
            return TokenResult.Refused(shapeRefusal);
        return FindCommonRefusal(claims, profile, now);
    }

    private static TokenResult? FindCommonRefusal(ClaimSet claims, IssuerProfile profile, DateTimeOffset now)
    {
        if (claims.Root.TryGetProperty("cnf", out var confirmation) && !TokenBinding.TryRead(confirmation, out _))
            return TokenResult.Refused(TokenRefusal.SenderConstrained);
        if (FindTimeRefusal(claims, profile, now) is { } refusal)
            return TokenResult.Refused(refusal);
        return claims.Texts("aud").Any(audience => audience.Length > 0) ? null : TokenResult.Refused(TokenRefusal.AudienceMissing);
    }

    /// <summary>
    /// Threat: an ID token, logout token or refresh token sent as access token (RFC 8725 §2.8, §3.12). The type <c>at+jwt</c> distinguishes them.
    /// Where <c>JWT</c> is accepted, the claims must.
    /// </summary>
    private static bool IsOtherKindOfToken(ClaimSet claims, IssuerProfile profile)
    {
        if (profile.AcceptedTypes == AccessTokenTypes.Rfc9068Only)
            return false;
        return OtherTokensClaims.Any(claims.Has) || (claims.Text("typ") is { } type && !Is(type, "Bearer"));
    }

    private static TokenRefusal? FindTimeRefusal(ClaimSet claims, IssuerProfile profile, DateTimeOffset now)
    {
        if (claims.Date("exp") is not { } expiresAt)
            return TokenRefusal.ExpiryMissing;
        var issuedAt = claims.Date("iat");
        if (FindTimeRefusal(expiresAt, claims.Date("nbf"), profile.ClockSkew, now) is { } refusal)
            return refusal;
        if (issuedAt > now + profile.ClockSkew)
            return TokenRefusal.IssuedInFuture;
        return expiresAt - (issuedAt ?? now) > profile.MaxLifetime ? TokenRefusal.LifetimeTooLong : null;
    }

    private static TokenResult Read(ClaimSet claims, IssuerProfile profile, SigningKey key, TokenHash hash, TokenHash? otherFormHash)
    {
        var caller = profile.Shape.Read(claims, profile);
        if (profile.RequireSubject && string.IsNullOrWhiteSpace(caller.Subject))
            return TokenResult.Refused(TokenRefusal.SubjectMissing);
        return TokenResult.Verified(new VerifiedToken(claims.Root)
        {
            Issuer = caller.Issuer,
            Subject = caller.Subject,
            ClientId = caller.ClientId,
            IsApplication = caller.IsApplication,
            TokenId = caller.TokenId,
            SessionId = claims.Text("sid"),
            ExpiresAt = claims.Date("exp")!.Value,
            NotBefore = claims.Date("nbf"),
            IssuedAt = claims.Date("iat"),
            Audiences = claims.Texts("aud"),
            Scopes = profile.ScopeHierarchy.Expand(caller.Scopes),
            Roles = caller.Roles,
            Groups = caller.Groups,
            GroupsIncomplete = claims.HasMoreGroups(),
            Binding = claims.Root.TryGetProperty("cnf", out var confirmation) && TokenBinding.TryRead(confirmation, out var binding) ? binding : null,
            AuthenticationContext = claims.Text("acr"),
            AuthenticationMethods = profile.Shape.Methods(claims),
            KeyId = key.Id,
            TokenHash = hash,
            OtherFormHash = otherFormHash,
        });
    }

    private static bool Is(string? type, string expected) => string.Equals(type, expected, StringComparison.OrdinalIgnoreCase);
}

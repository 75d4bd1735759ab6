using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Identity.Tokens;

/// <summary>The outcome of validating a token: its content, or the reason for its refusal. Never both, never neither.</summary>
public readonly record struct TokenResult
{
    private readonly TokenRefusal refusal;

    private TokenResult(VerifiedToken? token, TokenRefusal refusal, string? issuer)
    {
        Token = token;
        this.refusal = refusal;
        Issuer = issuer;
    }

    /// <summary>The verified token, or null when refused.</summary>
    public VerifiedToken? Token { get; }

    /// <summary>The reason for the refusal; null when verified. A default value reads as <see cref="TokenRefusal.Missing"/>.</summary>
    public TokenRefusal? Refusal => Token is null ? refusal : null;

    /// <summary>True when the token was verified.</summary>
    [MemberNotNullWhen(true, nameof(Token))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsVerified => Token is not null;

    /// <summary>
    /// For the operator only: the trusted issuer by whose rules the token was judged; null where it named none. Of a refused token it is a claim
    /// that nothing proves.
    /// </summary>
    public string? Issuer { get; }

    /// <summary>Makes the result for a verified token.</summary>
    public static TokenResult Verified(VerifiedToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return new TokenResult(token, default, token.Issuer);
    }

    /// <summary>Makes the result for a refused token.</summary>
    /// <param name="refusal">The reason.</param>
    /// <param name="issuer">The trusted issuer by whose rules it was judged; null where it named none.</param>
    public static TokenResult Refused(TokenRefusal refusal, string? issuer = null) => new(null, refusal, issuer);
}

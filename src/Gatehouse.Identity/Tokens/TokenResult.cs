using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Identity.Tokens;

/// <summary>The outcome of validating a token: its content, or the reason for its refusal. Never both, never neither.</summary>
public readonly record struct TokenResult
{
    private readonly TokenRefusal refusal;

    private TokenResult(VerifiedToken? token, TokenRefusal refusal)
    {
        Token = token;
        this.refusal = refusal;
    }

    /// <summary>The verified token, or null when refused.</summary>
    public VerifiedToken? Token { get; }

    /// <summary>The reason for the refusal; null when verified. A default value reads as <see cref="TokenRefusal.Missing"/>.</summary>
    public TokenRefusal? Refusal => Token is null ? refusal : null;

    /// <summary>True when the token was verified.</summary>
    [MemberNotNullWhen(true, nameof(Token))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsVerified => Token is not null;

    /// <summary>Makes the result for a verified token.</summary>
    public static TokenResult Verified(VerifiedToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return new TokenResult(token, default);
    }

    /// <summary>Makes the result for a refused token.</summary>
    public static TokenResult Refused(TokenRefusal refusal) => new(null, refusal);
}

using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Identity.Tokens;

/// <summary>The outcome of validating a token: what it says, or why it was refused. Never both, never neither.</summary>
public readonly record struct TokenResult
{
    private readonly TokenRefusal refusal;

    private TokenResult(VerifiedToken? token, TokenRefusal refusal)
    {
        Token = token;
        this.refusal = refusal;
    }

    /// <summary>The verified token; null when refused.</summary>
    public VerifiedToken? Token { get; }

    /// <summary>Why the token was refused; null when verified. A default value reads as <see cref="TokenRefusal.Missing"/>.</summary>
    public TokenRefusal? Refusal => Token is null ? refusal : null;

    /// <summary>Whether the token was verified.</summary>
    [MemberNotNullWhen(true, nameof(Token))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsVerified => Token is not null;

    /// <summary>The token was verified.</summary>
    public static TokenResult Verified(VerifiedToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return new TokenResult(token, default);
    }

    /// <summary>The token was refused.</summary>
    public static TokenResult Refused(TokenRefusal refusal) => new(null, refusal);
}

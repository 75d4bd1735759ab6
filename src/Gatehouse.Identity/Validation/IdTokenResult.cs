using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Identity.Validation;

/// <summary>The outcome of validating an ID token: its content, or the reason for its refusal.</summary>
internal readonly record struct IdTokenResult
{
    private IdTokenResult(VerifiedIdToken? token, IdTokenRefusal? refusal)
    {
        Token = token;
        Refusal = refusal;
    }

    /// <summary>The content; null when the token is refused.</summary>
    public VerifiedIdToken? Token { get; }

    /// <summary>The reason for the refusal; null with a token.</summary>
    public IdTokenRefusal? Refusal { get; }

    /// <summary>True when the token was verified.</summary>
    [MemberNotNullWhen(true, nameof(Token))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsVerified => Token is not null;

    /// <summary>Makes the result for a verified token.</summary>
    public static IdTokenResult Verified(VerifiedIdToken token) => new(token, null);

    /// <summary>Makes the result for a refused token.</summary>
    public static IdTokenResult Refused(IdTokenRefusal refusal) => new(null, refusal);
}

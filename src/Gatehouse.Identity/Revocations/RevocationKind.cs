using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Revocations;

/// <summary>The property by which a revocation finds its tokens.</summary>
public enum RevocationKind
{
    /// <summary>One token by <see cref="VerifiedToken.TokenHash"/>, whoever issued it.</summary>
    TokenHash,

    /// <summary>One token by <see cref="VerifiedToken.TokenId"/> within its issuer.</summary>
    TokenId,

    /// <summary>Every token of a login session by <see cref="VerifiedToken.SessionId"/>.</summary>
    Session,

    /// <summary>Every token of a subject that was issued up to the moment of revocation.</summary>
    Subject,

    /// <summary>Every token of a client that was issued up to the moment of revocation.</summary>
    Client,

    /// <summary>Every token of an issuer that was issued up to the moment of revocation.</summary>
    Issuer,
}

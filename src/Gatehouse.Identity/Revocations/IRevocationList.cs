using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Revocations;

/// <summary>The revocations in force. Implementations are safe for concurrent use.</summary>
public interface IRevocationList
{
    /// <summary>The generation of the list. It changes with every revocation. A remembered answer of another generation is looked up again.</summary>
    long Generation { get; }

    /// <summary>Returns whether a verified token was revoked, by itself or by its session, subject, client or issuer.</summary>
    bool IsRevoked(VerifiedToken token);
}

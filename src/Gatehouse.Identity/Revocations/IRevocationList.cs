using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Revocations;

/// <summary>What was revoked before its time. Implementations are safe for concurrent use.</summary>
public interface IRevocationList
{
    /// <summary>Changes with every revocation; a remembered answer of another generation is asked for anew.</summary>
    long Generation { get; }

    /// <summary>Whether a verified token was revoked, by itself or by its session, subject, client or issuer.</summary>
    bool IsRevoked(VerifiedToken token);
}

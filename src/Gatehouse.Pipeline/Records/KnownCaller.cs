using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;
using Gatehouse.Policy;

namespace Gatehouse.Pipeline.Records;

/// <summary>The caller of a verified token. All exchanges under the token share this object for as long as the token is cached.</summary>
/// <param name="token">The token.</param>
/// <param name="subject">The caller in the form that the policy sees.</param>
internal sealed class KnownCaller(VerifiedToken token, PolicySubject subject)
{
    /// <summary>The caller in the form that the policy sees.</summary>
    public PolicySubject Subject => subject;

    /// <summary>The partition of the caller as the owner of entries. Null where the token has no issuer: the peer is the owner then.</summary>
    public object? Owner { get; } = token.Issuer.Length > 0 ? CallerPartition.Of(token.Issuer, token.Subject) : null;
}

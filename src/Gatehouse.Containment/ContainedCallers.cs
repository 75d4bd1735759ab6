using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Containment;

/// <summary>
/// Revocations together with the users and clients that are contained. A revocation is about tokens that were issued until then. A containment is
/// about the party: every token of it counts as revoked, also a later one, until the containment is released.
/// </summary>
internal sealed class ContainedCallers(IRevocationList own, ContainmentState containments) : IRevocationList
{
    /// <inheritdoc />
    public long Generation => own.Generation + containments.Generation;

    /// <inheritdoc />
    public bool IsRevoked(VerifiedToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return containments.Current.Caller(token) is not null || own.IsRevoked(token);
    }
}

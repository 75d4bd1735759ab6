using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Range.Doubles;

/// <summary>An empty list of revocations.</summary>
internal sealed class NothingRevoked : IRevocationList
{
    public long Generation => 0;

    public bool IsRevoked(VerifiedToken token) => false;
}

using Gatehouse.AuthZen.Serving;
using Gatehouse.Policy;

namespace Gatehouse.Range.Doubles;

/// <summary>Leaves questions of other applications to the policy.</summary>
internal sealed class NoBarredParties : IBarredParties
{
    public string? Find(PolicySubject subject, PolicyRequest request, DateTimeOffset at) => null;
}

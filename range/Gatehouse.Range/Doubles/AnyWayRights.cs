using Gatehouse.Gateway.Approvals;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Snapshots;

namespace Gatehouse.Range.Doubles;

/// <summary>Takes the answer of the right person, by whatever token it comes.</summary>
internal sealed class AnyWayRights : ApprovalRights
{
    protected override bool ComesByCalls(GatewaySnapshot snapshot, VerifiedToken token, ApprovalFacts facts, bool grants) => false;
}

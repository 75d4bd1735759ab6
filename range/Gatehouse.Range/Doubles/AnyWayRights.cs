using Gatehouse.Gateway.Approvals;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Settings;

namespace Gatehouse.Range.Doubles;

/// <summary>Takes the answer of the right person, by whatever token it comes.</summary>
internal sealed class AnyWayRights : ApprovalRights
{
    public override bool IsForServer(GatewaySettings settings, VerifiedToken token) => false;

    protected override bool ComesByCalls(GatewaySnapshot snapshot, VerifiedToken token, ApprovalFacts facts, bool grants) => false;
}

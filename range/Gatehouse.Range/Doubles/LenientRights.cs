using Gatehouse.Gateway.Approvals;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Range.Doubles;

/// <summary>Lets callers answer questions about their own calls.</summary>
internal sealed class LenientRights : ApprovalRights
{
    protected override bool IsRequester(VerifiedToken token, ApprovalFacts facts) => false;
}

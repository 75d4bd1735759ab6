using Gatehouse.Gateway.Approvals;
using Gatehouse.Range.Servers;

namespace Gatehouse.Range.Doubles;

/// <summary>Shows the arguments as they are, and no more of them than a person wants to read.</summary>
internal sealed class RawApprovalTexts : ApprovalTexts
{
    public override IReadOnlyList<string> Lines(ApprovalFacts facts) => [NaiveQuestion.Text(facts.Parameters)];
}

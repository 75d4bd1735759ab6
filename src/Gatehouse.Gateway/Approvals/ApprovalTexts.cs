namespace Gatehouse.Gateway.Approvals;

/// <summary>The text about a question as approvers are shown it.</summary>
internal class ApprovalTexts
{
    /// <summary>Returns the lines. Outside text in them is escaped, and nothing is left out.</summary>
    /// <param name="facts">The question.</param>
    public virtual IReadOnlyList<string> Lines(ApprovalFacts facts) => ApprovalText.Lines(facts);
}

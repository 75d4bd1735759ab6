using Gatehouse.Policy.Rules;

namespace Gatehouse.Pipeline.Exchanges;

/// <summary>The reason why an exchange needs the approval of a person before it continues.</summary>
/// <param name="Source">Slug of the rule that requires it, or id of the rule of the policy.</param>
/// <param name="Reason">Slug of the cause; for the record, and for the text of the question.</param>
public sealed record ApprovalQuestion(string Source, string Reason)
{
    /// <summary>The terms of the rule. Default: one approver over another channel.</summary>
    public ApprovalTerms Terms { get; init; } = ApprovalTerms.Default;

    /// <summary>The text of the rule in a canonical form, which the approval is bound to; empty for a rule without one.</summary>
    public string RuleText { get; init; } = "";
}

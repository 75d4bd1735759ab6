using System.Collections.Immutable;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Decisions;

/// <summary>A verdict and the rule that made it.</summary>
/// <param name="Effect">Permit, forbid or deny.</param>
/// <param name="RuleId">The deciding rule, or null when no rule applied.</param>
public readonly record struct PolicyDecision(PolicyEffect Effect, string? RuleId)
{
    private readonly ImmutableArray<Obligation> obligations;

    /// <summary>The obligations that must be fulfilled for the permit to count.</summary>
    public ImmutableArray<Obligation> Obligations
    {
        get => obligations.IsDefault ? [] : obligations;
        init => obligations = value.IsDefaultOrEmpty ? default : value;
    }

    /// <summary>True when the request may continue, once every obligation is fulfilled.</summary>
    public bool IsPermitted => Effect == PolicyEffect.Permit;

    /// <summary>The part of an external decision point; null where none was asked (AZ-06).</summary>
    public ExternalDecision? External { get; init; }

    /// <summary>
    /// Stable slug for the audit log: <c>permitted</c>, <c>forbidden-by-rule</c>, <c>no-rule-permits</c>, or that of the
    /// external decision point where it made the verdict.
    /// </summary>
    public string Reason => External is { } external ? external.Reason : Effect switch
    {
        PolicyEffect.Permit => DecisionReasons.Permitted,
        PolicyEffect.Forbid => DecisionReasons.ForbiddenByRule,
        _ => DecisionReasons.NoRulePermits,
    };
}

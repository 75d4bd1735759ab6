using System.Collections.Immutable;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.PartialEvaluations;

/// <summary>The verdicts that are possible with the known facts. With all facts known there is one.</summary>
/// <param name="CanPermit">Permit is possible.</param>
/// <param name="CanDeny">Deny (no rule permits) is possible.</param>
/// <param name="CanForbid">Forbid is possible.</param>
/// <param name="Rules">The rules that count or may count.</param>
public sealed record PartialEvaluation(bool CanPermit, bool CanDeny, bool CanForbid, ImmutableArray<PolicyRule> Rules)
{
    /// <summary>True when a permitted request may need the approval of a person.</summary>
    public bool CanAsk { get; init; }

    /// <summary>True when every permitted request needs the approval of a person.</summary>
    public bool MustAsk { get; init; }

    /// <summary>The verdict, or null when it is not certain.</summary>
    public PolicyEffect? Effect => (CanPermit, CanDeny, CanForbid) switch
    {
        (true, false, false) => PolicyEffect.Permit,
        (false, true, false) => PolicyEffect.Deny,
        (false, false, true) => PolicyEffect.Forbid,
        _ => null,
    };

    /// <summary>True when the request is certainly refused, whatever the reason.</summary>
    public bool IsRefusal => !CanPermit;

    /// <summary>
    /// Returns the verdicts that a request can get. A verdict that is left out is impossible; one that is listed may be impossible too.
    /// </summary>
    public static PartialEvaluation Of(PolicyDecisionPoint policy, PolicySubject subject, in PolicyRequest request, PolicyKnowledge known)
    {
        ArgumentNullException.ThrowIfNull(policy);
        bool mayForbid = false, mustForbid = false, mayPermit = false, mustPermit = false;
        bool mayAsk = false, mustAsk = false;
        var rules = ImmutableArray.CreateBuilder<PolicyRule>();
        foreach (var rule in policy.Rules)
        {
            var (may, must) = RulePartialEvaluation.Of(rule, subject, request, known);
            if (may) rules.Add(rule);
            if (rule is { Forbids: false, Approval: not null })
            {
                var (asks, always) = RulePartialEvaluation.Of(AskingRules.AsRestriction(rule), subject, request, known);
                (mayAsk, mustAsk) = (mayAsk | asks, mustAsk | always);
            }

            if (rule.Forbids) (mayForbid, mustForbid) = (mayForbid | may, mustForbid | must);
            else (mayPermit, mustPermit) = (mayPermit | may, mustPermit | must);
        }

        return new PartialEvaluation(mayPermit && !mustForbid, !mustPermit && !mustForbid, mayForbid, rules.ToImmutable())
        { CanAsk = mayAsk, MustAsk = mustAsk };
    }
}

using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.PartialEvaluations;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Vocabulary;
using Gatehouse.Policy.Writing;

namespace Gatehouse.Policy.Analysis.Recorded;

/// <summary>The known facts about recorded requests, given the policy that was in force.</summary>
internal sealed class RecordedKnowledge
{
    // The digest that events of this policy have; null for a policy that asks for no names, whose events have none.
    private readonly string? digest;
    private readonly DateTimeOffset since;
    private readonly PolicyDecisionPoint before;
    private readonly PolicyKnowledge asked, notAsked = PolicyKnowledge.AfterTheCall(null);
    private readonly Dictionary<string, string> permits, forbids;
    private readonly HashSet<string> forbidden, permitting;

    /// <summary>Makes the knowledge of a policy.</summary>
    /// <param name="inForce">The rules that were in force.</param>
    /// <param name="since">The moment since which they were. Nothing is concluded from the verdict of an earlier request.</param>
    public RecordedKnowledge(IReadOnlyList<PolicyRule> inForce, DateTimeOffset since = default)
    {
        digest = PolicyVocabulary.Of(inForce).Count > 0 ? PolicyVocabulary.Digest(inForce) : null;
        this.since = since;
        before = new PolicyDecisionPoint(inForce);
        asked = PolicyKnowledge.AfterTheCall(inForce);
        permits = Scopes(inForce.Where(rule => !rule.Forbids));
        forbids = Scopes(inForce.Where(rule => rule.Forbids));
        forbidden = [.. forbids.Values];
        permitting = [.. permits.Values];
    }

    /// <summary>
    /// Returns the known facts of a request. A permit that decided has held, arguments and all, and a rule with the same scope also holds. No forbid
    /// held for a request that was permitted, and no permit for one that no rule permitted. Of forbids the latter says nothing: the gateway refuses a
    /// caller without any right at the server before it asks about the target.
    /// </summary>
    public PolicyKnowledge Of(RecordedRequest request)
    {
        var known = Facts(request);
        // Of a verdict of another policy nothing is concluded: a rule with the same id may have had another text.
        if (!IsOfThisPolicy(request)) return known;
        if (request.Permitted) return known with { Held = permits[request.RuleId!], NotHeld = forbidden };
        if (!request.IsOneQuestion) return known;
        return request.Reason switch
        {
            DecisionReasons.NoRulePermits => known with { NotHeld = permitting },
            DecisionReasons.ForbiddenByRule => known with { Held = forbids[request.RuleId!] },
            _ => known,
        };
    }

    /// <summary>
    /// Returns whether the policy that was in force gave the recorded verdict, as far as the log shows it: the same names were asked for, the rule
    /// that decided is there, and no known fact speaks against it.
    /// </summary>
    public bool IsOfThisPolicy(RecordedRequest request)
    {
        if (request.Vocabulary != digest || request.Request.At < since) return false;
        var isPossible = request switch
        {
            { WasChallenged: true } => true,
            { Permitted: true } => request.RuleId is { } id && permits.ContainsKey(id),
            { Reason: DecisionReasons.NoRulePermits or DecisionReasons.Permitted } => true,
            { Reason: DecisionReasons.ForbiddenByRule } => request.RuleId is { } id && forbids.ContainsKey(id),
            _ => false,
        };
        return isPossible && (request.WasChallenged || request.IsUnfulfilled || request.IsPermittedBy(before, Facts(request)) != !request.Permitted);
    }

    private PolicyKnowledge Facts(RecordedRequest request) => request.Vocabulary == digest ? asked : notAsked;

    private static Dictionary<string, string> Scopes(IEnumerable<PolicyRule> rules) =>
        rules.DistinctBy(rule => rule.Id).ToDictionary(rule => rule.Id, PolicyWriter.Scope, StringComparer.Ordinal);
}

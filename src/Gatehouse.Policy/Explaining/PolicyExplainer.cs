using System.Collections.Immutable;
using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Explaining;

/// <summary>
/// The explanation of a verdict, rule by rule. It evaluates every rule completely, without the tables that make decisions fast. A property test
/// compares the two with each other and with an oracle.
/// </summary>
public static class PolicyExplainer
{
    /// <summary>Returns the path to the verdict on a request.</summary>
    public static PolicyExplanation Explain(this PolicyDecisionPoint policy, PolicySubject subject, in PolicyRequest request)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(subject);
        var traces = ImmutableArray.CreateBuilder<RuleTrace>();
        foreach (var rule in policy.Rules) traces.Add(Trace(policy, rule, subject, request));
        var verdict = Verdict(traces);
        return new PolicyExplanation(verdict.IsPermitted ? verdict with { Obligations = Obligations(policy, traces, subject, request) } : verdict,
            traces.ToImmutable());
    }

    /// <summary>
    /// Returns the scopes that would help (RFC 6750 §3.1 <c>insufficient_scope</c>, RFC 9470): those of the first permit that asks for nothing else
    /// the caller lacks. Empty when no scope would help.
    /// </summary>
    public static ImmutableArray<string> FindMissingScopes(this PolicyDecisionPoint policy, PolicySubject subject, in PolicyRequest request)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(subject);
        foreach (var rule in policy.Rules.Where(rule => rule.Forbids))
        {
            if (Trace(policy, rule, subject, request).Applies) return [];
        }

        foreach (var rule in policy.Rules.Where(rule => !rule.Forbids && rule.Who?.Scopes is { Exact.Count: > 0 }))
        {
            var other = rule with { Who = rule.Who! with { Scopes = null } };
            if (Trace(policy, other, subject, request).Applies) return [rule.Who!.Scopes!.Names.First(rule.Who.Scopes.HasExact)];
        }

        return [];
    }

    /// <summary>
    /// Returns the scope that a stranger would be asked for to do this (RFC 6750 §3): that of the first permit about it which names scopes. Empty
    /// when a permit about it asks for none.
    /// </summary>
    public static ImmutableArray<string> FindScopesFor(this PolicyDecisionPoint policy, in PolicyRequest request)
    {
        ArgumentNullException.ThrowIfNull(policy);
        string? first = null;
        foreach (var rule in policy.Rules.Where(rule => !rule.Forbids))
        {
            if (!IsAbout(rule, request)) continue;
            if (rule.Who?.Scopes is not { Exact.Count: > 0 } scopes) return [];
            first ??= scopes.Names.First(scopes.HasExact);
        }

        return first is null ? [] : [first];
    }

    private static bool IsAbout(PolicyRule rule, in PolicyRequest request) =>
        (rule.Servers?.Contains(request.Server) ?? true) && RuleCoverage.SpeaksOfDirection(rule, request)
            && (RuleCoverage.Judge(rule, request) & Ternary.True) != 0;

    private static RuleTrace Trace(PolicyDecisionPoint policy, PolicyRule rule, PolicySubject subject, in PolicyRequest request)
    {
        var checks = ImmutableArray.CreateBuilder<RuleCheck>();
        AddCallers(rule.Who, subject, checks);
        if (rule.Servers is { } servers) checks.Add(Check("server", "server", servers, servers.Contains(request.Server)));
        checks.Add(new RuleCheck("direction", "direction is " + string.Join(", ", Directions(rule)),
            TernaryLogic.Of(RuleCoverage.SpeaksOfDirection(rule, request))));
        checks.Add(new RuleCheck("target", RuleCoverage.Describe(rule), RuleCoverage.Judge(rule, request)));
        if (rule.Access is not null)
            checks.Add(new RuleCheck("access", AccessOf(rule.Access), TernaryLogic.Of(policy.HasAccess(subject, rule))));
        var scope = new ConditionScope(subject, in request, rule.Resources);
        foreach (var condition in rule.When) checks.Add(new RuleCheck("condition", condition.ToString(), condition.Judge(scope)));
        return new RuleTrace(rule, checks.ToImmutable(), Applies(rule, checks, request));
    }

    private static string AccessOf(AccessTerms terms) => terms.Entra is { } assignment
        ? $"Entra PIM has an active assignment of the caller ({assignment})" : "the caller has this right for a time";

    private static bool Applies(PolicyRule rule, ImmutableArray<RuleCheck>.Builder checks, in PolicyRequest request)
    {
        if (!rule.Forbids) return checks.All(check => (check.Outcome & Ternary.True) != 0);
        return !(request.LeavesArgumentsOpen && rule.ReadsArguments) && checks.All(check => (check.Outcome & Ternary.False) == 0);
    }

    private static void AddCallers(WhoClause? who, PolicySubject subject, ImmutableArray<RuleCheck>.Builder checks)
    {
        if (who is null) return;
        if (who.Issuers is { } issuers) checks.Add(Check("caller", "issuer", issuers, issuers.Contains(subject.Issuer)));
        if (who.Subjects is { } subjects) checks.Add(Check("caller", "subject", subjects, subjects.Contains(subject.Subject)));
        if (who.Clients is { } clients)
            checks.Add(new RuleCheck("caller", Sentence("client", clients), subject.ClientId is { } client
                ? TernaryLogic.Of(clients.Contains(client)) : Ternary.Undecidable));
        if (who.Scopes is { } scopes) checks.Add(Check("caller", "a scope", scopes, scopes.ContainsAny(subject.Scopes)));
        if (who.Roles is { } roles) checks.Add(Check("caller", "a role", roles, roles.ContainsAny(subject.Roles)));
        if (who.Groups is { } groups)
            checks.Add(new RuleCheck("caller", Sentence("a group", groups), subject.GroupsAreIncomplete
                ? Ternary.Undecidable : TernaryLogic.Of(groups.ContainsAny(subject.Groups))));
        if (who.Strengths is { } strengths) checks.Add(Check("caller", "a strength", strengths, strengths.ContainsAny(subject.Strengths)));
    }

    private static RuleCheck Check(string kind, string what, NameSet names, bool holds) => new(kind, Sentence(what, names), TernaryLogic.Of(holds));

    private static string Sentence(string what, NameSet names) =>
        names.Names.Length == 1 ? $"{what} is {names.Names[0]}" : $"{what} is one of {string.Join(", ", names.Names)}";

    private static IEnumerable<string> Directions(PolicyRule rule) => PolicyKeys.Directions.Where((_, at) => rule.SpeaksOf((PolicyDirection)at));

    private static PolicyDecision Verdict(IReadOnlyList<RuleTrace> traces)
    {
        if (traces.FirstOrDefault(trace => trace is { Applies: true, Rule.Forbids: true }) is { } forbid)
            return new PolicyDecision(PolicyEffect.Forbid, forbid.Rule.Id);
        var permits = traces.Where(trace => trace is { Applies: true, Rule.Forbids: false }).ToList();
        if (permits.Count == 0) return new PolicyDecision(PolicyEffect.Deny, null);
        return new PolicyDecision(PolicyEffect.Permit, permits[0].Rule.Id);
    }

    private static ImmutableArray<Obligation> Obligations(PolicyDecisionPoint policy, IEnumerable<RuleTrace> traces, PolicySubject subject,
        PolicyRequest request) =>
    [
        .. traces.Where(trace => trace is { Applies: true, Rule.Forbids: false }).SelectMany(trace => AskingRules.Others(trace.Rule)).Distinct(),
        .. policy.Rules.Where(rule => rule is { Forbids: false, Approval: not null }).Select(AskingRules.AsRestriction)
            .Where(rule => Trace(policy, rule, subject, request).Applies).SelectMany(rule => rule.Obligations),
    ];
}

using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.PartialEvaluations;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Recorded;

/// <summary>Judges recorded requests by a new policy, with what the recorded verdict says about the policy that was in force.</summary>
/// <param name="next">The new policy.</param>
/// <param name="inForce">The rules that were in force. Empty when they are not known.</param>
/// <param name="inForceSince">The moment since which they were in force.</param>
/// <param name="configurations">The configurations of both policies; null where only rules are compared.</param>
internal sealed class ReplayJudge(
    PolicyDecisionPoint next, IReadOnlyList<PolicyRule> inForce, DateTimeOffset inForceSince, IReplayedConfigurations? configurations)
{
    private readonly RecordedKnowledge knowledge = new(inForce, inForceSince);
    private readonly PolicyDecisionPoint before = new(inForce);
    private readonly ServerRuleComparison rules = new(inForce, next.Rules);

    /// <summary>Returns whether the configuration in force refuses a request before the rules, whatever the new one says.</summary>
    public bool IsLeftOut(RecordedRequest request) => configurations?.IsRefusedInForce(request) == true;

    /// <summary>
    /// Returns the verdict, or null where the event does not have enough facts, and the facts that it lacks.
    /// </summary>
    public (bool? Permitted, IReadOnlyList<string> UnknownFacts) Judge(RecordedRequest request)
    {
        if (configurations?.IsRefused(request) == true) return (false, []);
        var (permitted, unknown) = ByTheRules(request);
        IReadOnlyList<string> scopes =
        [
            .. request.OtherReason is null ? configurations?.OtherwiseImpliedScopes(request) ?? [] : [],
            .. permitted == false ? [] : configurations?.AddedScopes(request, IsEarlier(request)) ?? [],
        ];
        return scopes.Count == 0 ? (permitted, unknown) : (null, [.. unknown.Concat(scopes.Select(static scope => $"scope {scope}")).Distinct()]);
    }

    private bool IsEarlier(RecordedRequest request) => request.Request.At < inForceSince;

    private (bool? Permitted, IReadOnlyList<string> UnknownFacts) ByTheRules(RecordedRequest request)
    {
        if (KeepsItsVerdict(request)) return (request.Permitted, []);
        var known = knowledge.Of(request);
        var permitted = Verdict(request, known);
        return (permitted, permitted is null ? UnknownFacts(request, known) : []);
    }

    // The same rules give the same verdict, whatever the log leaves out of the request.
    private bool KeepsItsVerdict(RecordedRequest request) => request is { OtherReason: null, IsUnfulfilled: false }
        && rules.AreEqualFor(request.Request.Server) && knowledge.IsOfThisPolicy(request) && !MayHaveTheScopesNow(request);

    private bool MayHaveTheScopesNow(RecordedRequest request) =>
        request.WasChallenged && configurations is not null && (IsEarlier(request) || configurations.AsksForFewerScopes(request.Request.Server));

    private bool? Verdict(RecordedRequest request, PolicyKnowledge known)
    {
        if (request.OtherReason is not null) return false;
        var isPermitted = request.IsPermittedBy(next, known);
        if (!request.WasChallenged || isPermitted != true) return isPermitted;
        // The policy in force would have permitted it, so it was the server that asked for the scopes. Otherwise either of them may have asked.
        return request.IsPermittedBy(before, known) == true && !MayHaveTheScopesNow(request) ? false : null;
    }

    private IReadOnlyList<string> UnknownFacts(RecordedRequest request, PolicyKnowledge known)
    {
        var facts = request.UnknownTo(next, known);
        return facts.Count == 0 && request.WasChallenged ? ["whether the server or a rule asked for the scope"] : facts;
    }
}

using Gatehouse.Policy.Analysis.Verdicts;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Explaining;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Testing;

/// <summary>Cases run against a policy, and the rules that they touched.</summary>
/// <param name="Results">A result a case, in their order.</param>
/// <param name="Untouched">Rules that counted in no case: whatever they say, no case would notice.</param>
public sealed record PolicyTestRun(IReadOnlyList<PolicyCaseResult> Results, IReadOnlyList<PolicyRule> Untouched)
{
    /// <summary>True when every case came out as expected.</summary>
    public bool IsGood => Results.All(result => result.IsAsExpected);

    /// <summary>Runs the cases.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="cases">The cases.</param>
    /// <param name="refusal">Returns the refusal of a case's caller by the server; null where only the rules count.</param>
    public static PolicyTestRun Of(PolicyDecisionPoint policy, IEnumerable<PolicyCase> cases, Func<PolicyCase, ServerRefusal?>? refusal = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(cases);
        var results = cases.Select(one => new PolicyCaseResult(one,
            new GatewayVerdict(PointOf(policy, one.Caller).Explain(one.Caller.ToSubject(), one.Request), refusal?.Invoke(one)))).ToList();
        var touched = results.SelectMany(result => result.Verdict.Applying).Select(trace => trace.Rule.Id).ToHashSet(StringComparer.Ordinal);
        return new PolicyTestRun(results, [.. policy.Rules.Where(rule => !touched.Contains(rule.Id))]);
    }

    private static PolicyDecisionPoint PointOf(PolicyDecisionPoint policy, PolicyCaller caller) =>
        caller.Rights.Count == 0 ? policy : new PolicyDecisionPoint(policy.Rules, new NamedRights(caller.Rights));

    /// <summary>The rights that a case gives its caller.</summary>
    private sealed class NamedRights(IReadOnlyList<string> rules) : IActiveAccess
    {
        public bool IsActive(PolicySubject subject, PolicyRule rule, string text) => rules.Contains(rule.Id);
    }
}

using System.Collections.Immutable;
using Gatehouse.Policy.Decisions;

namespace Gatehouse.Policy.Explaining;

/// <summary>The path to a verdict.</summary>
/// <param name="Decision">The verdict.</param>
/// <param name="Traces">Every rule, in the order of the policy.</param>
public sealed record PolicyExplanation(PolicyDecision Decision, ImmutableArray<RuleTrace> Traces)
{
    /// <summary>The rules that count.</summary>
    public IEnumerable<RuleTrace> Applying => Traces.Where(trace => trace.Applies);

    /// <summary>Permits that are about this target but did not hold, with the missing conditions.</summary>
    public IEnumerable<RuleTrace> NearMisses => Traces.Where(trace => trace is { Applies: false, Rule.Forbids: false } && trace.IsAboutTarget);

    /// <summary>
    /// The reasons why no permit held, as ids of rules with the kind of check that failed, e.g. <c>analysts:condition-1</c>; nothing of the request.
    /// For the audit log.
    /// </summary>
    public IEnumerable<string> FailedReasons => NearMisses.SelectMany(trace => trace.Checks
        .Select((check, at) => (check, at))
        .Where(entry => (entry.check.Outcome & Ternary.True) == 0)
        .Select(entry => $"{trace.Rule.Id}:{entry.check.Kind}{Number(trace, entry.check)}{Undecided(entry.check)}"));

    private static string Number(RuleTrace trace, RuleCheck check) =>
        check.Kind == "condition" ? $"-{trace.Checks.Where(other => other.Kind == "condition").ToList().IndexOf(check) + 1}" : "";

    private static string Undecided(RuleCheck check) => check.Outcome == Ternary.Undecidable ? ":undecidable" : "";
}

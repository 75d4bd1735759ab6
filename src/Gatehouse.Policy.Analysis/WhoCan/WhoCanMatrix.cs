using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.PartialEvaluations;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.WhoCan;

/// <summary>The matrix of callers and targets: a row a caller, a cell a target.</summary>
/// <remarks>"Yes" holds for every call, "no" for none; "depends" lists the conditions.</remarks>
public static class WhoCanMatrix
{
    /// <summary>Returns the answers for one caller.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="caller">The caller, with all its claims.</param>
    /// <param name="things">The targets.</param>
    /// <param name="at">The moment; without it conditions on time are part of "depends".</param>
    public static IReadOnlyList<WhoCanCell> Row(PolicyDecisionPoint policy, PolicySubject caller, IEnumerable<PolicyResource> things,
        DateTimeOffset at = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(things);
        return [.. things.Select(thing => Cell(policy, caller, thing, at))];
    }

    private static WhoCanCell Cell(PolicyDecisionPoint policy, PolicySubject caller, PolicyResource thing, DateTimeOffset at)
    {
        var request = thing.ToRequest() with { At = at };
        var call = PartialEvaluation.Of(policy, caller, request, PolicyKnowledge.BeforeTheCall);
        var shown = PartialEvaluation.Of(policy, caller, request with { Direction = PolicyDirection.Lists }, PolicyKnowledge.BeforeTheCall);
        var answer = call.IsRefusal ? PartialResult.No : call.Effect is null ? PartialResult.Depends : PartialResult.Yes;
        var approval = answer == PartialResult.No || !call.CanAsk ? PartialResult.No : call.MustAsk ? PartialResult.Yes : PartialResult.Depends;
        return new WhoCanCell(thing, answer, shown.CanPermit, answer == PartialResult.Depends ? [.. call.Rules.Select(Sentence)] : [])
        { Approval = approval };
    }

    private static string Sentence(PolicyRule rule) =>
        $"{(rule.Forbids ? "not when " : "when ")}{(Parts(rule) is { Count: > 0 } parts ? string.Join(" and ", parts) : "always")} ({rule.Id})";

    private static IReadOnlyList<string> Parts(PolicyRule rule) =>
        [.. AccessText.Condition(rule.Access, "the right is granted for a time"), .. rule.When.Select(condition => condition.ToString())];
}

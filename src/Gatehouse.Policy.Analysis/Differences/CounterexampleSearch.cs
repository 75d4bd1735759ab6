using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>
/// A search for arguments, claims and a time with which a permit holds, a forbid of the other policy holds (where there is one), and none of the
/// rules to be avoided does. It tries the values that the conditions name, and their neighbours.
/// </summary>
internal sealed class CounterexampleSearch(WorkBudget budget)
{
    private const int MostTries = 2000;

    public Counterexample Find(PolicyRule permit, PolicyRule? forbid, IReadOnlyList<PolicyRule> avoided, PolicyCaller caller,
        in PolicyRequest request)
    {
        PolicyRule[] involved = forbid is null ? [permit, .. avoided] : [permit, forbid, .. avoided];
        var candidates = new CounterexampleCandidates([.. involved.SelectMany(rule => rule.When).SelectMany(ConditionParts.Leaves)],
            caller, request.LeavesArgumentsOpen);
        var total = candidates.Places.Aggregate(1L, (product, place) => Math.Min(product * place.Values.Count, long.MaxValue / 1000));
        var tries = Math.Min(total, MostTries);
        if (!budget.Take((int)tries)) return Counterexample.Unknown;
        var random = new Random(20261120);
        var choice = new int[candidates.Places.Count];
        for (var i = 0L; i < tries; i++)
        {
            var number = total <= MostTries ? i : random.NextInt64(total);
            for (var at = 0; at < choice.Length; at++) (choice[at], number) =
                ((int)(number % candidates.Places[at].Values.Count), number / candidates.Places[at].Values.Count);
            var (asking, asked) = candidates.Apply(choice, caller, request);
            if (Serves(permit, forbid, avoided, asking.ToSubject(), asked)) return new Counterexample((asking, asked), false);
        }

        return total <= MostTries && candidates.AreExhaustive ? Counterexample.Impossible : Counterexample.Unknown;
    }

    private static bool Serves(PolicyRule permit, PolicyRule? forbid, IReadOnlyList<PolicyRule> avoided, PolicySubject subject,
        in PolicyRequest request)
    {
        var open = request.LeavesArgumentsOpen;
        if (!PolicyDecisionPoint.Permits(permit, subject, request)) return false;
        if (forbid is not null && !PolicyDecisionPoint.Forbids(forbid, subject, request, open)) return false;
        foreach (var rule in avoided)
        {
            if (rule.Forbids ? PolicyDecisionPoint.Forbids(rule, subject, request, open) : PolicyDecisionPoint.Permits(rule, subject, request))
                return false;
        }

        return true;
    }
}

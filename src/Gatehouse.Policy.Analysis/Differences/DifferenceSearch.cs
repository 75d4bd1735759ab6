using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Index;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Writing;

namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>
/// A search for requests that one policy (the giver) permits and the other does not. For each permit of the giver it finds a caller and a target that
/// it permits, that no forbid of the giver stops, and that in the other policy a forbid stops or no permit reaches.
/// </summary>
internal sealed class DifferenceSearch
{
    private readonly PolicyDecisionPoint other, giver;
    private readonly PolicyUniverse world;
    private readonly WorkBudget budget;
    private readonly bool isPermitted;
    private readonly HashSet<string> givenBoth, forbiddenBoth;
    private readonly ulong[] giverForbids, otherPermits;
    private readonly int giverStart, otherStart;
    private readonly List<PolicyDifference> found = [];

    public DifferenceSearch(PolicyDecisionPoint other, PolicyDecisionPoint giver, PolicyUniverse world, WorkBudget budget, bool isPermitted)
    {
        (this.other, this.giver, this.world, this.budget, this.isPermitted) = (other, giver, world, budget, isPermitted);
        (giverStart, otherStart) = isPermitted ? (other.Rules.Length, 0) : (0, giver.Rules.Length);
        givenBoth = Meanings(other.Rules.Where(rule => !rule.Forbids));
        forbiddenBoth = Meanings(giver.Rules.Where(rule => rule.Forbids));
        giverForbids = Bits(giver, giverStart, rule => rule.Forbids);
        otherPermits = Bits(other, otherStart, rule => !rule.Forbids);
    }

    /// <summary>False when some callers were not tried.</summary>
    public bool IsComplete { get; private set; } = true;

    public IReadOnlyList<PolicyDifference> Run()
    {
        for (var i = 0; i < giver.Rules.Length; i++)
        {
            if (!giver.Rules[i].Forbids) Search(giver.Rules[i], giverStart + i);
        }

        return found;
    }

    // A permit that both have can differ only where the other policy forbids what the giver does not.
    private void Search(PolicyRule permit, int at)
    {
        var done = new Dictionary<(string, UniverseResource), PolicyDifference>();
        if (!givenBoth.Contains(PolicyWriter.Scope(permit)))
        {
            var avoided = (ulong[])giverForbids.Clone();
            RuleBits.Or(avoided, otherPermits);
            Search(permit, at, null, avoided, done);
        }

        for (var i = 0; i < other.Rules.Length; i++)
        {
            if (other.Rules[i].Forbids && !forbiddenBoth.Contains(PolicyWriter.Scope(other.Rules[i])))
                Search(permit, at, otherStart + i, giverForbids, done);
        }

        found.AddRange(done.Values);
    }

    private void Search(PolicyRule permit, int at, int? forbid, ulong[] avoided, Dictionary<(string, UniverseResource), PolicyDifference> done)
    {
        var choices = new CallerChoices(world, at, forbid, avoided);
        var callers = choices.Find();
        IsComplete &= choices.IsComplete;
        var counterexamples =
            new CounterexampleMemory(new CounterexampleSearch(budget), world, permit, forbid is { } index ? world.Rules[index] : null);
        foreach (var thing in world.Things.Where(thing => thing.Has(at) && (forbid is null || thing.Has(forbid.Value))))
        {
            foreach (var server in world.Servers.Where(server => server.Has(at) && (forbid is null || server.Has(forbid.Value))))
            {
                if (budget.IsSpent) return;
                if (done.TryGetValue((server.Value!, thing), out var known) && known.IsCertain) continue;
                if (Try(permit, callers, thing, server, counterexamples) is { } difference) done[(server.Value!, thing)] = difference;
            }
        }
    }

    private PolicyDifference? Try(PolicyRule permit, IReadOnlyList<CallerChoice> callers, UniverseResource thing, UniverseAtom server,
        CounterexampleMemory counterexamples)
    {
        PolicyDifference? possible = null;
        foreach (var choice in callers)
        {
            if (!budget.Take()) return possible;
            var left = (ulong[])choice.Bits.Clone();
            RuleBits.And(left, thing.Bits);
            RuleBits.And(left, server.Bits);
            var request = thing.Request with { Server = server.Value! };
            var counterexample = counterexamples.Find(left, choice, request);
            if (counterexample.Found is { } both && Confirms(both.Caller, both.Request))
                return new PolicyDifference(isPermitted, permit, both.Caller, both.Request, true);
            if (!counterexample.IsImpossible) possible ??= new PolicyDifference(isPermitted, permit, choice.Caller, request, false);
        }

        return possible;
    }

    private bool Confirms(PolicyCaller caller, in PolicyRequest request)
    {
        var subject = caller.ToSubject();
        return giver.Decide(subject, request).IsPermitted && !other.Decide(subject, request).IsPermitted;
    }

    private ulong[] Bits(PolicyDecisionPoint policy, int start, Func<PolicyRule, bool> holds)
    {
        var bits = new ulong[world.Words];
        for (var i = 0; i < policy.Rules.Length; i++)
        {
            if (holds(policy.Rules[i])) RuleBits.Set(bits, start + i);
        }

        return bits;
    }

    private static HashSet<string> Meanings(IEnumerable<PolicyRule> rules) => rules.Select(PolicyWriter.Scope).ToHashSet(StringComparer.Ordinal);
}

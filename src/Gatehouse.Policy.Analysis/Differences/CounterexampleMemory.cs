using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>Remembers searches that can only come out alike.</summary>
internal sealed class CounterexampleMemory(CounterexampleSearch search, PolicyUniverse world, PolicyRule permit, PolicyRule? forbid)
{
    private readonly Dictionary<string, Counterexample> known = new(StringComparer.Ordinal);

    public Counterexample Find(ulong[] left, CallerChoice choice, in PolicyRequest request)
    {
        var rules = new List<PolicyRule>();
        for (var i = 0; i < world.Rules.Length; i++)
        {
            if ((left[i >> 6] & 1UL << (i & 63)) == 0) continue;
            if (world.Rules[i].When.IsEmpty) return Counterexample.Impossible;
            rules.Add(world.Rules[i]);
        }

        if (rules.Count == 0 && permit.When.IsEmpty && forbid is null or { When.IsEmpty: true })
            return new Counterexample((choice.Caller, request), false);
        var name = permit.When.Concat(forbid?.When ?? []).Concat(rules.SelectMany(rule => rule.When)).Any(ConditionParts.ReadVariables) ? request.Name
            : "";
        var key = $"{string.Join(',', left)} {choice.Literals} {choice.Caller.Subject} {choice.Caller.Issuer} {choice.Caller.Client} {string.Join(' ', choice.Caller.Roles)} {string.Join(' ', choice.Caller.Groups)} {string.Join(' ', choice.Caller.Scopes)} {request.Target} {request.LeavesArgumentsOpen} {name}";
        if (!known.TryGetValue(key, out var counterexample)) known[key] = counterexample = search.Find(permit, forbid, rules, choice.Caller, request);
        return counterexample.Found is { } both
            ? new Counterexample(
            (choice.Caller with { Claims = both.Caller.Claims }, request with { Arguments = both.Request.Arguments, At = both.Request.At }), false)
                : counterexample;
    }
}

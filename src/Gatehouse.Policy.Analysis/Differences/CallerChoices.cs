using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Index;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>
/// The callers that satisfy a permit (and a forbid of the other policy) and as few as possible of the rules to be avoided.
/// Of each list of the token two names are enough, one for either rule: every further name can only satisfy more.
/// </summary>
internal sealed class CallerChoices(PolicyUniverse world, int permit, int? forbid, ulong[] avoided)
{
    private const int Most = 128;

    /// <summary>False when there were more than are kept.</summary>
    public bool IsComplete { get; private set; } = true;

    public IReadOnlyList<CallerChoice> Find()
    {
        List<CallerChoice> all = [new CallerChoice(new PolicyCaller(), avoided, "")];
        all = One(all, world.Issuers, (caller, value) => caller with { Issuer = value! });
        all = One(all, world.Subjects, (caller, value) => caller with { Subject = value! });
        all = One(all, world.Clients, (caller, value) => caller with { Client = value });
        all = Some(all, world.Scopes, rule => rule.Who?.Scopes is null, (caller, values) => caller with { Scopes = values });
        all = Some(all, world.Roles, rule => rule.Who?.Roles is null, (caller, values) => caller with { Roles = values });
        all = Some(all, world.Groups, rule => rule.Who?.Groups is null, (caller, values) => caller with { Groups = values }, world.UnknownGroups);
        return Some(all, world.Strengths, rule => rule.Who?.Strengths is null, (caller, values) => caller with { Strengths = values });
    }

    private List<CallerChoice> One(List<CallerChoice> all, IReadOnlyList<UniverseAtom> atoms, Func<PolicyCaller, string?, PolicyCaller> set) =>
        Least(from choice in all from atom in atoms where Serves(atom) select choice.And(atom, caller => set(caller, atom.Value), atom.Bits));

    private List<CallerChoice> Some(
        List<CallerChoice> all, IReadOnlyList<UniverseAtom> atoms, Func<PolicyRule, bool> asksNothing,
        Func<PolicyCaller, IReadOnlyList<string>, PolicyCaller> set, UniverseAtom? unknown = null)
    {
        var none = new UniverseAtom(null, world.Where(asksNothing));
        var forPermit = none.Has(permit) ? [none] : atoms.Where(atom => atom.Has(permit)).ToList();
        var forForbid = forbid is null || none.Has(forbid.Value) ? [none] : atoms.Where(atom => atom.Has(forbid.Value)).ToList();
        var literals = atoms.Where(atom => atom.IsLiteral).Append(none).ToList();
        var sets = from a in forPermit from b in forForbid from c in literals select new[] { a, b, c };
        var choices = from choice in all
                      from chosen in sets.DistinctBy(chosen => string.Join(' ', Values(chosen)))
                      select Apply(choice, chosen, none, set);
        if (unknown is not null && Serves(unknown))
            choices = choices.Concat(all.Select(choice => choice.And(unknown, caller => caller with { MoreGroups = true }, unknown.Bits)));
        return Least(choices);
    }

    private static CallerChoice Apply(CallerChoice choice, UniverseAtom[] chosen, UniverseAtom none,
        Func<PolicyCaller, IReadOnlyList<string>, PolicyCaller> set)
    {
        var bits = (ulong[])none.Bits.Clone();
        foreach (var atom in chosen) RuleBits.Or(bits, atom.Bits);
        var literal = chosen.FirstOrDefault(atom => atom.IsLiteral) ?? none;
        return choice.And(literal, caller => set(caller, Values(chosen)), bits);
    }

    private static IReadOnlyList<string> Values(UniverseAtom[] chosen) =>
        [.. chosen.Select(atom => atom.Value).OfType<string>().Distinct(StringComparer.Ordinal)];

    private bool Serves(UniverseAtom atom) => atom.Has(permit) && (forbid is null || atom.Has(forbid.Value));

    private List<CallerChoice> Least(IEnumerable<CallerChoice> all)
    {
        var kept = new List<CallerChoice>();
        foreach (var choice in all)
        {
            if (kept.Any(choice.IsNoBetterThan)) continue;
            kept.RemoveAll(other => other.IsNoBetterThan(choice));
            if (kept.Count < Most) kept.Add(choice);
            else IsComplete = false;
        }

        return kept;
    }
}

using System.Collections.Immutable;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Index;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>The classes into which the rules of two policies cut callers and requests, with a name for each.</summary>
internal sealed class PolicyUniverse
{
    private readonly WorkBudget budget;

    public PolicyUniverse(ImmutableArray<PolicyRule> rules, IReadOnlyList<string> servers, WorkBudget budget)
    {
        this.budget = budget;
        Rules = rules;
        Words = RuleBits.WordsFor(rules.Length);
        Issuers = Scalars(who => who.Issuers, "iss", PolicyCaller.AnyIssuer);
        Subjects = Scalars(who => who.Subjects, "sub", PolicyCaller.AnySubject);
        Clients = [.. Scalars(who => who.Clients, "client_id", null), new UniverseAtom(null, Undecidable(who => who.Clients))];
        Roles = Scalars(who => who.Roles, "roles", null);
        Groups = Scalars(who => who.Groups, "groups", null);
        UnknownGroups = new UniverseAtom(null, Undecidable(who => who.Groups));
        Scopes = Scalars(who => who.Scopes, "scope", null);
        Strengths = Scalars(who => who.Strengths, "acr", null);
        Servers = servers.Count > 0 ? Distinct(servers.Select(server => Atom(server, rule => rule.Servers))) : Names(rule => rule.Servers, "server");
        Things = new UniverseResources(rules, Find).All();
    }

    public ImmutableArray<PolicyRule> Rules { get; }

    public int Words { get; }

    public bool IsComplete { get; private set; } = true;

    public IReadOnlyList<UniverseAtom> Issuers { get; }

    public IReadOnlyList<UniverseAtom> Subjects { get; }

    public IReadOnlyList<UniverseAtom> Clients { get; }

    public IReadOnlyList<UniverseAtom> Roles { get; }

    public IReadOnlyList<UniverseAtom> Groups { get; }

    /// <summary>Of a token that does not name all its groups.</summary>
    public UniverseAtom UnknownGroups { get; }

    public IReadOnlyList<UniverseAtom> Scopes { get; }

    public IReadOnlyList<UniverseAtom> Strengths { get; }

    public IReadOnlyList<UniverseAtom> Servers { get; }

    public IReadOnlyList<UniverseResource> Things { get; }

    /// <summary>Returns the rules for which something holds.</summary>
    public ulong[] Where(Func<PolicyRule, bool> holds)
    {
        var bits = new ulong[Words];
        for (var i = 0; i < Rules.Length; i++)
        {
            if (holds(Rules[i])) RuleBits.Set(bits, i);
        }

        return bits;
    }

    private IReadOnlyList<string> Find(IEnumerable<IEnumerable<PatternStep>> patterns, string separators)
    {
        var classes = new PatternClasses(patterns, separators, budget);
        var found = classes.Find();
        IsComplete &= classes.IsComplete;
        return found;
    }

    // The value that a condition compares the claim with is a class of its own.
    private List<UniverseAtom> Scalars(Func<WhoClause, NameSet?> list, string claim, string? usual)
    {
        var literals = Rules.SelectMany(rule => rule.When).SelectMany(ConditionParts.Leaves).OfType<ValueCondition>()
            .Where(leaf => leaf.Source.Kind == ValueSourceKind.Claim && leaf.Source.Path.Parts[0] == claim && leaf.Test is InTest)
            .SelectMany(leaf => ((InTest)leaf.Test).Values).Where(value => value.Kind == PolicyValueKind.Text)
            .Select(value => value.Value.Text.ToString()).Distinct(StringComparer.Ordinal);
        var names = Names(rule => rule.Who is { } who ? list(who) : null, usual);
        return [.. names, .. literals.Select(literal => Atom(literal, rule => rule.Who is { } who ? list(who) : null) with { IsLiteral = true })];
    }

    private List<UniverseAtom> Names(Func<PolicyRule, NameSet?> list, string? usual)
    {
        var patterns = Rules.Select(list).OfType<NameSet>().SelectMany(set => set.Names).Distinct(StringComparer.Ordinal).ToList();
        var names = Find(patterns.Select(PatternStep.Of), "");
        return Distinct((usual is null ? names : names.Prepend(usual)).Select(name => Atom(name, list)));
    }

    private UniverseAtom Atom(string name, Func<PolicyRule, NameSet?> list) => new(name, Where(rule => list(rule)?.Contains(name) ?? true));

    private ulong[] Undecidable(Func<WhoClause, NameSet?> list) => Where(rule => rule.Who is null || list(rule.Who) is null || rule.Forbids);

    private static List<UniverseAtom> Distinct(IEnumerable<UniverseAtom> atoms) => [.. atoms.DistinctBy(atom => string.Join(',', atom.Bits))];
}

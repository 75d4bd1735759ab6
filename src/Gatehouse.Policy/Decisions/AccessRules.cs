using System.Collections.Frozen;
using System.Collections.Immutable;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Writing;

namespace Gatehouse.Policy.Decisions;

/// <summary>The permits of a policy that hold only for people with an active right, and the rights.</summary>
internal sealed class AccessRules
{
    private readonly IActiveAccess? rights;
    private readonly FrozenDictionary<string, (PolicyRule Rule, string Text)> terms;
    private readonly ImmutableArray<PolicyRule> ofEntra;

    /// <summary>Makes the table.</summary>
    /// <param name="rules">The rules of the policy.</param>
    /// <param name="rights">The rights; null for none.</param>
    public AccessRules(IReadOnlyCollection<PolicyRule> rules, IActiveAccess? rights)
    {
        this.rights = rights;
        terms = rules.Where(static rule => rule.Access is not null).DistinctBy(static rule => rule.Id)
            .ToFrozenDictionary(static rule => rule.Id, static rule => (rule, RuleText.Of(rule)), StringComparer.Ordinal);
        ofEntra = [.. rules.Where(static rule => rule is { Forbids: false, Access.Entra: not null })];
    }

    /// <summary>True when a permit needs an assignment of Entra PIM.</summary>
    public bool NeedsEntra => !ofEntra.IsEmpty;

    /// <summary>Returns whether a rule counts for a caller: it has no terms of access, or the caller has its right.</summary>
    public bool Counts(PolicyRule rule, PolicySubject subject) => rule.Access is null || (terms.ContainsKey(rule.Id) && Counts(rule.Id, subject));

    /// <summary>The same for the id of a rule; true for one without terms of access.</summary>
    public bool Counts(string rule, PolicySubject subject) =>
        !terms.TryGetValue(rule, out var found) || rights?.IsActive(subject, found.Rule, found.Text) == true;

    /// <summary>
    /// Returns the assignments of Entra PIM that could matter to a caller at a server. The lists of a permit about people decide, as for a request
    /// for a right. A list that cannot be decided leaves the permit in question, because such a permit may still ask for an approval.
    /// </summary>
    public IReadOnlyList<EntraAssignment> EntraAssignmentsOf(PolicySubject subject, string server)
    {
        List<EntraAssignment>? found = null;
        foreach (var rule in ofEntra)
        {
            if (rule.Servers?.Contains(server) == false || !MayBeAbout(rule, subject)) continue;
            var needed = rule.Access!.Entra!.Value;
            found ??= [];
            if (!found.Contains(needed)) found.Add(needed);
        }

        return found ?? (IReadOnlyList<EntraAssignment>)[];
    }

    private static bool MayBeAbout(PolicyRule rule, PolicySubject subject) =>
        rule.Who is not { } who || (who with { Clients = null, Scopes = null, Strengths = null }).Judge(subject) != Ternary.False;
}

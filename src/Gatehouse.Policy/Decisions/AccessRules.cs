using System.Collections.Frozen;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Writing;

namespace Gatehouse.Policy.Decisions;

/// <summary>The permits of a policy that hold only for people with an active right, and the rights.</summary>
internal sealed class AccessRules
{
    private readonly IActiveAccess? rights;
    private readonly FrozenDictionary<string, string> texts;

    /// <summary>Makes the table.</summary>
    /// <param name="rules">The rules of the policy.</param>
    /// <param name="rights">The rights; null for none.</param>
    public AccessRules(IEnumerable<PolicyRule> rules, IActiveAccess? rights)
    {
        this.rights = rights;
        texts = rules.Where(static rule => rule.Access is not null).DistinctBy(static rule => rule.Id)
            .ToFrozenDictionary(static rule => rule.Id, RuleText.Of, StringComparer.Ordinal);
    }

    /// <summary>Returns whether a rule counts for a caller: it has no terms of access, or the caller has its right.</summary>
    public bool Counts(PolicyRule rule, PolicySubject subject) =>
        rule.Access is null || (texts.ContainsKey(rule.Id) && Counts(rule.Id, subject));

    /// <summary>The same for the id of a rule; true for one without terms of access.</summary>
    public bool Counts(string rule, PolicySubject subject) =>
        !texts.TryGetValue(rule, out var text) || rights?.IsActive(subject, rule, text) == true;
}

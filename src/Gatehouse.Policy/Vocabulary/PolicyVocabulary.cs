using System.Security.Cryptography;
using System.Text;
using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Vocabulary;

/// <summary>The names and patterns of roles, groups, scopes and strengths that a policy asks for.</summary>
public static class PolicyVocabulary
{
    /// <summary>Returns the names as <c>kind:name</c>.</summary>
    public static IReadOnlySet<string> Of(IEnumerable<PolicyRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return rules.SelectMany(rule => Names(rule.Who ?? new WhoClause()).Concat(rule.When.SelectMany(ConditionParts.Leaves).SelectMany(Compared)))
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Returns the roles, groups or scopes that a condition on the claim of that name compares with.</summary>
    internal static IEnumerable<string> Compared(Condition leaf)
    {
        if (leaf is not ValueCondition { Source: { Kind: ValueSourceKind.Claim } source, Test: InTest test } || source.Path.Parts.Length != 1)
            return [];
        var kind = source.Path.Parts[0] switch { "roles" => "role", "groups" => "group", _ => null };
        return kind is null ? [] : test.Values.Where(value => value.Kind == PolicyValueKind.Text).Select(value => $"{kind}:{value.Value.Text}");
    }

    /// <summary>
    /// Returns a short digest of the vocabulary, so that a reader of events can tell whether the roles that an event does not name were asked for
    /// when it was written. 12 hexadecimal digits of SHA-256.
    /// </summary>
    public static string Digest(IEnumerable<PolicyRule> rules)
    {
        var text = string.Join('\n', Of(rules).Order(StringComparer.Ordinal));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
    }

    private static IEnumerable<string> Names(WhoClause who) =>
        Names("role", who.Roles).Concat(Names("group", who.Groups)).Concat(Names("scope", who.Scopes)).Concat(Names("strength", who.Strengths));

    private static IEnumerable<string> Names(string kind, NameSet? names) => names?.Names.Select(name => $"{kind}:{name}") ?? [];
}

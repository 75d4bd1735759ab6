using System.Collections.Immutable;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Vocabulary;

/// <summary>The names of roles, groups, scopes and strengths that a policy asks for.</summary>
internal sealed class RequestedClaims
{
    private readonly NameSet? roles, groups, scopes, strengths;

    public RequestedClaims(ImmutableArray<PolicyRule> rules)
    {
        var vocabulary = PolicyVocabulary.Of(rules);
        roles = Names(vocabulary, "role:");
        groups = Names(vocabulary, "group:");
        scopes = Names(vocabulary, "scope:");
        strengths = Names(vocabulary, "strength:");
        Digest = vocabulary.Count == 0 ? null : PolicyVocabulary.Digest(rules);
    }

    public string? Digest { get; }

    public RequestedNames Of(PolicySubject subject) => new(this)
    {
        Roles = Those(roles, subject.Roles),
        Groups = Those(groups, subject.Groups),
        Scopes = Those(scopes, subject.Scopes),
        Strengths = Those(strengths, subject.Strengths),
    };

    private static NameSet? Names(IReadOnlySet<string> vocabulary, string kind)
    {
        var names = vocabulary.Where(name => name.StartsWith(kind, StringComparison.Ordinal)).Select(name => name[kind.Length..]).ToList();
        return names.Count == 0 ? null : new NameSet(names);
    }

    private static IReadOnlyList<string> Those(NameSet? asked, IReadOnlyList<string> names) => asked is null ? [] : [.. names.Where(asked.Contains)];
}

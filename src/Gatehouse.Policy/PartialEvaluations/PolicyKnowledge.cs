using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Vocabulary;
using Gatehouse.Policy.Writing;

namespace Gatehouse.Policy.PartialEvaluations;

/// <summary>The known facts about a request when a verdict is needed: before it is made, or long after.</summary>
public sealed record PolicyKnowledge
{
    /// <summary>
    /// Names that a rule may compare roles, groups, scopes and strengths with, and for which the caller's are known. Null: all are known,
    /// except strengths where <see cref="StrengthsAreUnknown"/>.
    /// </summary>
    private readonly IReadOnlySet<string>? vocabulary;

    /// <summary>Everything is known but the arguments, and the time where the request has none.</summary>
    public static PolicyKnowledge BeforeTheCall { get; } = new() { Claims = true };

    /// <summary>
    /// The issuer, subject, client, scopes, roles and groups of a person whose token is gone are known. Strengths, other claims and arguments are
    /// not.
    /// </summary>
    public static PolicyKnowledge WithoutToken { get; } = new() { StrengthsAreUnknown = true };

    /// <summary>True when the claims of the caller are known.</summary>
    public bool Claims { get; init; }

    /// <summary>True when the arguments are known.</summary>
    public bool Arguments { get; init; }

    /// <summary>The scope of a rule (<see cref="PolicyWriter.Scope"/>) that is known to have held for this request; null for none.</summary>
    internal string? Held { get; init; }

    /// <summary>Scopes of rules that are known not to have held for this request; null for none.</summary>
    internal IReadOnlySet<string>? NotHeld { get; init; }

    private bool StrengthsAreUnknown { get; init; }

    /// <summary>
    /// Returns the facts that an event gives: caller, method, target and time; of roles, groups, scopes and strengths those that a policy asked for.
    /// </summary>
    /// <param name="rules">The policy that was in force, or null when it is not known.</param>
    public static PolicyKnowledge AfterTheCall(IEnumerable<PolicyRule>? rules) => new(PolicyVocabulary.Of(rules ?? []));

    private PolicyKnowledge(IReadOnlySet<string>? vocabulary = null) => this.vocabulary = vocabulary;

    /// <summary>Returns true when a caller that has none of the names is known to have none of them.</summary>
    internal bool KnowsAbsence(string kind, NameSet names) => !(StrengthsAreUnknown && kind == "strength")
        && (vocabulary is null || names.Names.All(name => vocabulary.Contains($"{kind}:{name}")));

    /// <summary>
    /// Returns true when what a condition asks of the claim <c>roles</c> or <c>groups</c> was asked for, and the caller has one that was.
    /// </summary>
    internal bool KnowsComparison(Condition leaf, PolicySubject subject)
    {
        var compared = PolicyVocabulary.Compared(leaf).ToList();
        if (compared.Count == 0 || vocabulary is null || !compared.All(vocabulary.Contains)) return false;
        return compared[0].StartsWith("role:", StringComparison.Ordinal) ? subject.Roles.Count > 0
            : subject.Groups.Count > 0 && !subject.GroupsAreIncomplete;
    }

    /// <summary>Returns whether a rule is known to have held for this request, or not to have held. Null where neither is known.</summary>
    internal bool? Outcome(PolicyRule rule)
    {
        if (Held is null && NotHeld is null) return null;
        var scope = PolicyWriter.Scope(rule);
        return scope == Held ? true : NotHeld?.Contains(scope) == true ? false : null;
    }

    internal bool KnowsClaim(string name) => Claims || name is "iss" or "sub";
}

using Gatehouse.Policy.Matching;

namespace Gatehouse.Policy.Rules;

/// <summary>The subjects of a rule: every list that is given must hold a match. A list that is absent asks nothing.</summary>
public sealed record WhoClause
{
    /// <summary>Issuers.</summary>
    public NameSet? Issuers { get; init; }

    /// <summary>Subjects.</summary>
    public NameSet? Subjects { get; init; }

    /// <summary>Client ids. Of a token without a client id this is undecidable.</summary>
    public NameSet? Clients { get; init; }

    /// <summary>Scopes, of which the token has one.</summary>
    public NameSet? Scopes { get; init; }

    /// <summary>Roles, of which the token has one.</summary>
    public NameSet? Roles { get; init; }

    /// <summary>Groups, of which the token has one. Of a token that does not name all groups this is undecidable.</summary>
    public NameSet? Groups { get; init; }

    /// <summary>Authentication contexts or methods, of which the token names one.</summary>
    public NameSet? Strengths { get; init; }

    /// <summary>Returns true when the clause includes the subject.</summary>
    public bool Matches(PolicySubject subject) => Judge(subject) == Ternary.True;

    /// <summary>Returns whether the clause includes the subject.</summary>
    internal Ternary Judge(PolicySubject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var result = TernaryLogic.Of((Issuers?.Contains(subject.Issuer) ?? true) && (Subjects?.Contains(subject.Subject) ?? true));
        if (Clients is not null)
            result = TernaryLogic.And(result, subject.ClientId is { } client ? TernaryLogic.Of(Clients.Contains(client)) : Ternary.Undecidable);
        result = TernaryLogic.And(result, JudgeAny(Scopes, subject.Scopes));
        result = TernaryLogic.And(result, JudgeAny(Roles, subject.Roles));
        result = TernaryLogic.And(result, JudgeAny(Strengths, subject.Strengths));
        return TernaryLogic.And(result, Groups is not null && subject.GroupsAreIncomplete ? Ternary.Undecidable : JudgeAny(Groups, subject.Groups));
    }

    private static Ternary JudgeAny(NameSet? set, IReadOnlyList<string> names) => TernaryLogic.Of(set?.ContainsAny(names) ?? true);
}

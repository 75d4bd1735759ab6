namespace Gatehouse.Policy;

/// <summary>The subjects a rule is about: every list that is given must hold a match; a list that is absent asks nothing.</summary>
public sealed record WhoClause
{
    /// <summary>Issuers.</summary>
    public NameSet? Issuers { get; init; }

    /// <summary>Subjects.</summary>
    public NameSet? Subjects { get; init; }

    /// <summary>Client ids. A token without a client id matches none.</summary>
    public NameSet? Clients { get; init; }

    /// <summary>Scopes, of which the token has one.</summary>
    public NameSet? Scopes { get; init; }

    /// <summary>Roles, of which the token has one.</summary>
    public NameSet? Roles { get; init; }

    /// <summary>Groups, of which the token has one.</summary>
    public NameSet? Groups { get; init; }

    /// <summary>True when the subject is one the clause speaks of.</summary>
    public bool Matches(PolicySubject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return (Issuers is null || Issuers.Contains(subject.Issuer))
            && (Subjects is null || Subjects.Contains(subject.Subject))
            && (Clients is null || (subject.ClientId is not null && Clients.Contains(subject.ClientId)))
            && (Scopes is null || Scopes.ContainsAny(subject.Scopes))
            && (Roles is null || Roles.ContainsAny(subject.Roles))
            && (Groups is null || Groups.ContainsAny(subject.Groups));
    }
}

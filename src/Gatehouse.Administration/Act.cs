namespace Gatehouse.Administration;

/// <summary>
/// An act of administration: what it is called, what it does to rights, and how strongly the administrator must be known. It works over
/// the interfaces of <see cref="AdministrationParts"/> and knows neither sockets nor pages; the way in renders its result.
/// </summary>
internal abstract record Act
{
    /// <summary>The name in the audit log, after <c>control.</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What the act does to rights.</summary>
    public abstract ActEffect Effect { get; }

    /// <summary>What the administrator must show.</summary>
    public virtual ActStrength Strength => ActStrength.Account;

    /// <summary>What the entry says of the act besides account and outcome.</summary>
    public virtual IReadOnlyList<KeyValuePair<string, string>> Facts => Named();

    /// <summary>True for an act that leaves no time for an entry after it.</summary>
    public virtual bool IsRecordedFirst => false;

    /// <summary>Whether this host does such acts.</summary>
    public abstract bool IsOffered(AdministrationParts parts);

    /// <summary>Why the act as it is written names nothing that could be done; null when it does.</summary>
    public virtual ActRefusal? Fault(AdministrationParts parts) => null;

    /// <summary>Does the act. It was authorized.</summary>
    public abstract Task<ActOutcome> DoAsync(AdministrationParts parts, Administrator by);

    /// <summary>The facts that entries of a gateway have always had, whether the act names them or not.</summary>
    private protected static IReadOnlyList<KeyValuePair<string, string>> Named(string subject = "", string session = "", string about = "") =>
        [KeyValuePair.Create("subject", subject), KeyValuePair.Create("session", session), KeyValuePair.Create("about", about)];
}

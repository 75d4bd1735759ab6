namespace Gatehouse.Policy.Files;

/// <summary>The names that a policy may use, so that a misspelt name is a fault: a forbid that never applies is a hole.</summary>
/// <param name="Servers">Names of the servers. Empty when they are not known here.</param>
/// <param name="Issuers">Issuers. Empty when they are not known here.</param>
public sealed record PolicyNames(IReadOnlyList<string> Servers, IReadOnlyList<string> Issuers)
{
    /// <summary>Nothing is known: a policy read by itself.</summary>
    public static PolicyNames Unknown { get; } = new([], []);

    /// <summary>True where only one person exists, so that an approval of several people could never be given. Default false.</summary>
    public bool HasOnePerson { get; init; }

    /// <summary>
    /// Whether an issuer of the configuration has a connection to Microsoft Graph, without which no right of Entra PIM could be checked; null
    /// (default) where that is not known here.
    /// </summary>
    public bool? HasGraph { get; init; }
}

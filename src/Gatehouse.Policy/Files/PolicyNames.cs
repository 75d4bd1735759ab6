namespace Gatehouse.Policy.Files;

/// <summary>What a policy may name, so that a slip of the pen is a fault: a forbid that never applies is a hole.</summary>
/// <param name="Servers">Names of the servers; empty when they are not known here.</param>
/// <param name="Issuers">Issuers; empty when they are not known here.</param>
public sealed record PolicyNames(IReadOnlyList<string> Servers, IReadOnlyList<string> Issuers)
{
    /// <summary>Nothing is known: a policy read by itself.</summary>
    public static PolicyNames Unknown { get; } = new([], []);
}

namespace Gatehouse.Containment;

/// <summary>The names that a host knows, so that a containment with a mistake in its name is refused.</summary>
internal sealed record ContainmentNames
{
    /// <summary>Returns the names of the servers, in order.</summary>
    public required Func<ValueTask<IReadOnlyList<string>>> Servers { get; init; }

    /// <summary>Returns the tools that the host has seen at a server, in order; empty where it has seen no list.</summary>
    public required Func<string, IReadOnlyList<string>> Tools { get; init; }

    /// <summary>Returns the issuers whose users and clients may be contained; null for a host that has one person.</summary>
    public Func<IReadOnlyCollection<string>>? Issuers { get; init; }

    /// <summary>Returns a hint at the name that was probably meant, for issuer and user; null for none.</summary>
    public Func<string, string, string?> Hint { get; init; } = static (_, _) => null;
}

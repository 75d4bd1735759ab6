using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>The decision of administrators of a running gateway about one definition.</summary>
/// <param name="Server">The server's name in the configuration.</param>
/// <param name="Source">The server's source, in one line: the decision is valid for no other source under the same name.</param>
/// <param name="Kind">Kind of the definition.</param>
/// <param name="Name">Its name; empty for a kind that a server has only one of.</param>
/// <param name="Digest">The digest that the decision is about.</param>
/// <param name="At">Time of the last approval that was needed.</param>
public sealed record EffectiveApproval(string Server, string Source, DefinitionKind Kind, string Name, string Digest, DateTimeOffset At)
{
    /// <summary>The administrators, in the order of their decisions.</summary>
    public IReadOnlyList<string> By { get; init; } = [];

    /// <summary>End of the decision; null for never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>True when it was revoked: the definition is withheld even if the file approves it.</summary>
    public bool IsRevoked { get; init; }
}

using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>What administrators of a running gateway decided about one definition.</summary>
/// <param name="Server">The server's name in the configuration.</param>
/// <param name="Source">Where it came from, in one line: the word holds for no other source under the same name.</param>
/// <param name="Kind">What is defined.</param>
/// <param name="Name">Its name; empty for what a server has one of.</param>
/// <param name="Digest">The digest that it is about.</param>
/// <param name="At">When the last needed word was given.</param>
public sealed record EffectiveApproval(string Server, string Source, DefinitionKind Kind, string Name, string Digest, DateTimeOffset At)
{
    /// <summary>Who, one after the other.</summary>
    public IReadOnlyList<string> By { get; init; } = [];

    /// <summary>When it ends; null for never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>True when it was taken back: it is withheld even where the file approves it.</summary>
    public bool IsRevoked { get; init; }
}

using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Locks;

/// <summary>A server as it showed itself when it was asked.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Identity">Where it comes from, and how it is started.</param>
/// <param name="Definitions">What it says of itself, each once.</param>
public sealed record ObservedServer(string Name, ServerIdentity Identity, IReadOnlyList<ServerDefinition> Definitions)
{
    /// <summary>Names of which it has two that are not the same, or that cannot be pinned: nobody can approve them.</summary>
    public IReadOnlyList<(DefinitionKind Kind, string Name)> Unpinnable { get; init; } = [];

    /// <summary>Texts that were another one when it was asked once more: they need a rule with a pattern before they can be locked.</summary>
    public IReadOnlyList<ChangingText> Changing { get; init; } = [];
}

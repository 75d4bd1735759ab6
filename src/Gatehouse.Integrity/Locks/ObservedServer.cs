using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Locks;

/// <summary>A server as it answered when it was asked.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Identity">Its source and its start command.</param>
/// <param name="Definitions">Its definitions, each once.</param>
public sealed record ObservedServer(string Name, ServerIdentity Identity, IReadOnlyList<ServerDefinition> Definitions)
{
    /// <summary>Names of which it has two that are not the same, or that cannot be pinned. They cannot be approved.</summary>
    public IReadOnlyList<(DefinitionKind Kind, string Name)> Unpinnable { get; init; } = [];

    /// <summary>Texts that were different in a second request: they need a rule with a pattern before they can be locked.</summary>
    public IReadOnlyList<ChangingText> Changing { get; init; } = [];
}

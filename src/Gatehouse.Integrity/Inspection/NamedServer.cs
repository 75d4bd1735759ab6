using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Inspection;

/// <summary>The definitions of one of several servers.</summary>
/// <param name="Name">Its name in configuration.</param>
/// <param name="Definitions">Its definitions.</param>
public sealed record NamedServer(string Name, IReadOnlyList<ServerDefinition> Definitions);

using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Inspection;

/// <summary>What one of several servers says of itself.</summary>
/// <param name="Name">Its name in configuration.</param>
/// <param name="Definitions">Its definitions.</param>
public sealed record NamedServer(string Name, IReadOnlyList<ServerDefinition> Definitions);

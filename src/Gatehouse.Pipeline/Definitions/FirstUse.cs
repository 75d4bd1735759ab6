using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>All definitions of one kind as a server had them when they were seen for the first time.</summary>
/// <param name="Server">The server's name in the configuration.</param>
/// <param name="Source">Where it came from, in one line.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Definitions">The definitions with their digests; none is an answer too.</param>
/// <param name="At">When.</param>
public sealed record FirstUse(string Server, string Source, DefinitionKind Kind, IReadOnlyList<(ServerDefinition Definition, string Digest)> Definitions, DateTimeOffset At);

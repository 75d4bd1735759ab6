using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Locks;

/// <summary>A text that was different when the server was asked again.</summary>
/// <param name="Kind">The kind of the definition.</param>
/// <param name="Name">Its name.</param>
/// <param name="Pointer">JSON Pointer of the text; text from outside.</param>
public sealed record ChangingText(DefinitionKind Kind, string Name, string Pointer);

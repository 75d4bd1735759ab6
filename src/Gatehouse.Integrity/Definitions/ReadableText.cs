using Gatehouse.Protocol;

namespace Gatehouse.Integrity.Definitions;

/// <summary>A text that a model or a person could read.</summary>
/// <param name="Kind">What it is part of.</param>
/// <param name="Name">The name of that.</param>
/// <param name="Pointer">JSON Pointer within the definition; for the name of a member that of the member.</param>
/// <param name="Text">The text, decoded. From outside.</param>
/// <param name="IsMemberName">Whether it is the name of a member, which a model reads as well: parameters are member names.</param>
/// <param name="Token">Where its token lies in the bytes of the definition's message, quotes included.</param>
public sealed record ReadableText(DefinitionKind Kind, string Name, string Pointer, string Text, bool IsMemberName, ByteRange Token);

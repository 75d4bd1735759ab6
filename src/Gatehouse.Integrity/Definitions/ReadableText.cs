using Gatehouse.Protocol.Json;

namespace Gatehouse.Integrity.Definitions;

/// <summary>A text that a model or a person could read.</summary>
/// <param name="Kind">The kind of the definition that it is part of.</param>
/// <param name="Name">The name of that.</param>
/// <param name="Pointer">JSON Pointer within the definition; for the name of a member that of the member.</param>
/// <param name="Text">The text, decoded. From outside.</param>
/// <param name="IsMemberName">True when it is the name of a member, which a model also reads: parameters are member names.</param>
/// <param name="Token">The range of its token in the bytes of the definition's message, quotes included.</param>
public sealed record ReadableText(DefinitionKind Kind, string Name, string Pointer, string Text, bool IsMemberName, ByteRange Token);

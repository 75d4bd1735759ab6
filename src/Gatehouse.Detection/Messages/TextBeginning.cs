using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Messages;

/// <summary>The beginning of a text, folded.</summary>
/// <param name="Text">Its first characters, at most <see cref="TextEdges.Longest"/>, from the first letter or digit on.</param>
/// <param name="Span">The bytes of the message that they come from.</param>
/// <param name="IsWithin">True when it begins within a sentence: with a small letter, or in a script without capital letters.</param>
public sealed record TextBeginning(string Text, ByteRange Span, bool IsWithin);

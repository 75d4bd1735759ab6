namespace Gatehouse.Protocol.Validation;

/// <summary>The place of a member name in the message, without its quotes.</summary>
internal readonly record struct NameSpan(int Start, int Length);

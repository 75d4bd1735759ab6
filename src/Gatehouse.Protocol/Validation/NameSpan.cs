namespace Gatehouse.Protocol.Validation;

/// <summary>Where a member name stands in the message, without its quotes.</summary>
internal readonly record struct NameSpan(int Start, int Length);

namespace Gatehouse.Protocol;

/// <summary>A fault and the byte at which it was noticed (zero-based, or 0 where the fault has no place).</summary>
public readonly record struct ValidationFailure(MessageFault Fault, int Position);

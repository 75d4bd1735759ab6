namespace Gatehouse.Integrity.Patterns;

/// <summary>A pattern cannot be run here; the message says why in words.</summary>
internal sealed class PatternRefused(string message) : Exception(message);

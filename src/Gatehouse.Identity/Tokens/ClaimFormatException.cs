namespace Gatehouse.Identity.Tokens;

/// <summary>A claim has another type or range than its definition. Never leaves the validator and names no value.</summary>
internal sealed class ClaimFormatException : Exception;

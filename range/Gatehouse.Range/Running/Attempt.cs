namespace Gatehouse.Range.Running;

/// <summary>One variant of an exploit and what it did.</summary>
/// <param name="Name">The variant.</param>
/// <param name="Succeeded">True when the canary shows its effect.</param>
/// <param name="Observed">What was seen, in words.</param>
public sealed record Attempt(string Name, bool Succeeded, string Observed);

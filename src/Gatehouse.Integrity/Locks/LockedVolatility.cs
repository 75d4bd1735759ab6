using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Locks;

/// <summary>A text that may change, and the reason why a person allowed it.</summary>
/// <param name="Rule">The text, and the pattern of its values.</param>
/// <param name="Reason">The reason, in the words of the person who allowed it.</param>
public sealed record LockedVolatility(VolatileRule Rule, string Reason);

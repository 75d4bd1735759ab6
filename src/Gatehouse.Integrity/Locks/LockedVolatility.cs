using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Locks;

/// <summary>A text that may change, and why somebody allowed it.</summary>
/// <param name="Rule">Which text, and into what.</param>
/// <param name="Reason">Why, in the words of who allowed it.</param>
public sealed record LockedVolatility(VolatileRule Rule, string Reason);

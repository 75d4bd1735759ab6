namespace Gatehouse.Refusals;

/// <summary>Where in the caller's own message something does not fit.</summary>
/// <param name="At">JSON Pointer into the arguments; empty for all of them. The caller's own names.</param>
/// <param name="Keyword">The keyword of the schema that says so.</param>
/// <param name="Words">Member, rule and what was expected, in printable ASCII. Names stand in it, never a value of the caller.</param>
public sealed record InstanceLocation(string At, string Keyword, string Words);

namespace Gatehouse.Policy.Matching;

/// <summary>One part of a resource pattern.</summary>
/// <param name="Kind">The texts that it matches.</param>
/// <param name="Text">The characters, or the name of the variable.</param>
internal readonly record struct UriToken(UriTokenKind Kind, string Text);

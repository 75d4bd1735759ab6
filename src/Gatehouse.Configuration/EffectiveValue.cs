namespace Gatehouse.Configuration;

/// <summary>One value that is in force, for <c>config show</c>. A secret appears as its reference.</summary>
/// <param name="Path">The key.</param>
/// <param name="Value">The value as text.</param>
/// <param name="Source"><c>default</c>, <c>file:LINE</c>, <c>env:NAME</c> or <c>flag</c>.</param>
public sealed record EffectiveValue(string Path, string Value, string Source);

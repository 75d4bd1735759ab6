namespace Gatehouse.Integrity.Differences;

/// <summary>A stretch of words with what became of it.</summary>
/// <param name="Change">What became of it.</param>
/// <param name="Text">The words as they stand in the text, not escaped.</param>
public sealed record WordSpan(WordChange Change, string Text);

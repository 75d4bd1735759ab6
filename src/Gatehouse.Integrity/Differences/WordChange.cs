namespace Gatehouse.Integrity.Differences;

/// <summary>What became of a stretch of words.</summary>
public enum WordChange
{
    /// <summary>It is in both texts.</summary>
    Kept = 0,

    /// <summary>It is gone.</summary>
    Removed,

    /// <summary>It is new.</summary>
    Added,
}

/// <summary>A stretch of words with what became of it.</summary>
/// <param name="Change">What became of it.</param>
/// <param name="Text">The words as they stand in the text, not escaped.</param>
public sealed record WordSpan(WordChange Change, string Text);

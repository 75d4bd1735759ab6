namespace Gatehouse.Integrity.Differences;

/// <summary>The kind of change of a stretch of words.</summary>
public enum WordChange
{
    /// <summary>It is in both texts.</summary>
    Kept = 0,

    /// <summary>It is gone.</summary>
    Removed,

    /// <summary>It is new.</summary>
    Added,
}

/// <summary>A stretch of words with its kind of change.</summary>
/// <param name="Change">Its kind of change.</param>
/// <param name="Text">The words as they are in the text, not escaped.</param>
public sealed record WordSpan(WordChange Change, string Text);

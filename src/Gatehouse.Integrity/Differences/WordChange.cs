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

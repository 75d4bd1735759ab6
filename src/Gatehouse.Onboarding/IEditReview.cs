namespace Gatehouse.Onboarding;

/// <summary>
/// The rules for files that are edited, and the check that a file is still the one that was shown. The range puts a naive one in its place.
/// </summary>
internal interface IEditReview
{
    /// <summary>Returns the reason why the file is not edited, or null when it is.</summary>
    string? Refuse(string path, string tree);

    /// <summary>Returns the reason why the file may not be replaced any more, or null when it is still the one that was read.</summary>
    string? Changed(EditableFile file, IFileSystem acts);
}

/// <summary>The edit of one entry.</summary>
/// <param name="Splices">The bytes.</param>
/// <param name="Recorded">The part that the ledger keeps; empty for an edit that takes one back.</param>
internal sealed record EntryEdit(IReadOnlyList<ByteSplice> Splices, IReadOnlyList<RecordedSplice> Recorded);

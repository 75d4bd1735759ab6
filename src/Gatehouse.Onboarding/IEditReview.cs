namespace Gatehouse.Onboarding;

/// <summary>Which files are edited, and whether a file is still the one that was shown. The range puts a naive one in its place.</summary>
internal interface IEditReview
{
    /// <summary>Why the file is not edited; null when it is.</summary>
    string? Refuse(string path, string tree);

    /// <summary>Why the file may not be replaced any more; null when it is still the one that was read.</summary>
    string? Changed(EditableFile file, IFileSystem acts);
}

/// <summary>The edit of one entry.</summary>
/// <param name="Splices">The bytes.</param>
/// <param name="Recorded">What the ledger keeps of it; empty for an edit that takes one back.</param>
internal sealed record EntryEdit(IReadOnlyList<ByteSplice> Splices, IReadOnlyList<RecordedSplice> Recorded);

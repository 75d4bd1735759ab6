namespace Gatehouse.Onboarding;

/// <summary>The edit of one entry.</summary>
/// <param name="Splices">The bytes.</param>
/// <param name="Recorded">What the ledger keeps of it; empty for an edit that takes one back.</param>
internal sealed record EntryEdit(IReadOnlyList<ByteSplice> Splices, IReadOnlyList<RecordedSplice> Recorded);

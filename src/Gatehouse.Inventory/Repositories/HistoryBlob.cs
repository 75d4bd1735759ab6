namespace Gatehouse.Inventory.Repositories;

/// <summary>A version of a file in the history.</summary>
/// <param name="Source">The newest commit that has it, shortened, or the reference that points at it: <c>commit 0123456789ab</c>.</param>
/// <param name="Path">Its path in the repository; from outside.</param>
/// <param name="Text">Its text.</param>
internal sealed record HistoryBlob(string Source, string Path, string Text);

namespace Gatehouse.Inventory.Repositories;

/// <summary>A version of a file in the history.</summary>
/// <param name="Commit">The newest commit that has it, shortened.</param>
/// <param name="Path">Its path in the repository; from outside.</param>
/// <param name="Text">Its text.</param>
internal sealed record HistoryBlob(string Commit, string Path, string Text);

namespace Gatehouse.Audit.Witness;

/// <summary>A log as its witness knows it.</summary>
/// <param name="Origin">The origin of the log.</param>
/// <param name="Size">The size of the latest cosigned checkpoint; 0 where none was.</param>
/// <param name="Root">Its root, in base64.</param>
/// <param name="Successor">The origin of the log that follows it; null while it may grow.</param>
/// <param name="HasSplitView">True where the witness has two checkpoints of one size with different roots.</param>
public sealed record WitnessLogState(string Origin, long Size, string Root, string? Successor, bool HasSplitView);

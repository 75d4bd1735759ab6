using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>A log, as the record beside its keys has it.</summary>
/// <param name="Origin">Its name in checkpoints; null where the record does not open, or was written by a build that did not name it.</param>
/// <param name="Number">The number of its folder; 0 where <paramref name="Origin"/> is null.</param>
/// <param name="Size">The size that it published last; 0 where <paramref name="Origin"/> is null.</param>
/// <param name="Root">The root of that size.</param>
public sealed record RecordedLog(string? Origin, int Number, long Size, TreeHash Root);

using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Verification.Logs;

/// <summary>A cosigned checkpoint beside a log.</summary>
/// <param name="Name">The name of its file.</param>
/// <param name="Note">The note; null where the file is none.</param>
public sealed record CosignedCheckpoint(string Name, SignedNote? Note);

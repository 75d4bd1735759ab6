namespace Gatehouse.Audit.Verification;

/// <summary>A place in a log, for findings.</summary>
/// <param name="File">The file.</param>
/// <param name="Log">The evidence log.</param>
/// <param name="Index">The index of the entry.</param>
/// <param name="Offset">The offset in the file.</param>
/// <param name="Length">The bytes from there.</param>
internal readonly record struct LogPosition(string File, string? Log = null, long? Index = null, long? Offset = null, long? Length = null);

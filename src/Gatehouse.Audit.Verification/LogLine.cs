namespace Gatehouse.Audit.Verification;

/// <summary>A line of a segment.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Bytes">Its bytes without the line feed; valid until the next line is read. Empty where they were too many.</param>
/// <param name="End">How it ends.</param>
internal readonly record struct LogLine(int Number, ReadOnlyMemory<byte> Bytes, LogLineEnd End);

/// <summary>A place in a log, for findings.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line of a segment; 0 for the whole file, and in an evidence log.</param>
/// <param name="Log">The evidence log.</param>
/// <param name="Index">The index of the entry.</param>
/// <param name="Offset">The offset in the file.</param>
/// <param name="Length">The bytes from there.</param>
internal readonly record struct LogPosition(string File, int Line, string? Log = null, long? Index = null, long? Offset = null, long? Length = null);

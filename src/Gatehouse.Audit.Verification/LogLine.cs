namespace Gatehouse.Audit.Verification;

/// <summary>A line of a segment.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Bytes">Its bytes without the line feed; valid until the next line is read. Empty where they were too many.</param>
/// <param name="End">How it ends.</param>
internal readonly record struct LogLine(int Number, ReadOnlyMemory<byte> Bytes, LogLineEnd End);

/// <summary>A line of a segment, for findings.</summary>
/// <param name="File">The segment.</param>
/// <param name="Line">The line; 0 for the whole segment.</param>
internal readonly record struct LogPosition(string File, int Line);

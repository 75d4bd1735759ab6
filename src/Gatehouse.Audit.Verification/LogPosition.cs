namespace Gatehouse.Audit.Verification;

/// <summary>A line of a segment, for findings.</summary>
/// <param name="File">The segment.</param>
/// <param name="Line">The line; 0 for the whole segment.</param>
internal readonly record struct LogPosition(string File, int Line);

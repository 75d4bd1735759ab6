namespace Gatehouse.Audit.Verification;

/// <summary>Something that is wrong at a place of a log.</summary>
/// <param name="File">The segment.</param>
/// <param name="Line">The line, from 1; 0 where it concerns the whole segment.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Detail">In words. It may hold text of the log, which others chose: show it escaped.</param>
public sealed record AuditLogFinding(string File, int Line, AuditFindingKind Kind, string Detail);

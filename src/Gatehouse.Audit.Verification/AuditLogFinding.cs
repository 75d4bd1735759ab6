namespace Gatehouse.Audit.Verification;

/// <summary>Something that is wrong at a place of a log.</summary>
/// <param name="File">The file.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Detail">In words. It may hold text of the log, which others chose: show it escaped.</param>
public sealed record AuditLogFinding(string File, AuditFindingKind Kind, string Detail)
{
    /// <summary>The folder of the evidence log; null for what concerns no log.</summary>
    public string? Log { get; init; }

    /// <summary>The index of the entry in the log, from 0; null where it concerns no entry.</summary>
    public long? Index { get; init; }

    /// <summary>The offset of the first byte in the file; null where it concerns the whole file.</summary>
    public long? Offset { get; init; }

    /// <summary>The number of bytes from there.</summary>
    public long? Length { get; init; }

    /// <summary>The field of the entry that breaks the event model.</summary>
    public string? Field { get; init; }
}

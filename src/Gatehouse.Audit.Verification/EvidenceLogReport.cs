namespace Gatehouse.Audit.Verification;

/// <summary>Result of the check of one evidence log.</summary>
public sealed record EvidenceLogReport
{
    /// <summary>The name of its folder.</summary>
    public required string Log { get; init; }

    /// <summary>The origin in its checkpoint; null where that cannot be read.</summary>
    public required string? Origin { get; init; }

    /// <summary>The size of its checkpoint; 0 where that cannot be read.</summary>
    public required long Size { get; init; }

    /// <summary>The root of its checkpoint, in base64.</summary>
    public required string? Root { get; init; }

    /// <summary>Entries under the checkpoint that were asked for, read and compared with the tree.</summary>
    public required long Entries { get; init; }

    /// <summary>Entries at the start whose bundles were moved away. Their hashes are there.</summary>
    public required long Archived { get; init; }

    /// <summary>Entries in the journal that are not under the checkpoint yet. Nothing vouches for them.</summary>
    public required long Pending { get; init; }

    /// <summary>Bytes of a torn end: behind the last whole frame of the journal. 0 where whole frames follow, which is a finding.</summary>
    public required long TornBytes { get; init; }

    /// <summary>The keys that signed the checkpoint, as text; those of the copy beside the log where none was given.</summary>
    public required IReadOnlyList<string> SignedBy { get; init; }

    /// <summary>
    /// Cosignatures that were verified, on the checkpoint and on those in <c>cosigned/</c>: the name of the witness with its operator, the time in
    /// UTC, and the size and file of the checkpoint.
    /// </summary>
    public required IReadOnlyList<string> Cosigned { get; init; }
}

using System.Text.Json.Serialization;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Verification.Proofs;

/// <summary>Result of the check of an evidence file.</summary>
public sealed record EvidenceReport
{
    /// <summary>The origin of the log; null where the checkpoint cannot be read.</summary>
    public required string? Origin { get; init; }

    /// <summary>The size in the checkpoint.</summary>
    public required long Size { get; init; }

    /// <summary>The root in the checkpoint, in base64.</summary>
    public required string? Root { get; init; }

    /// <summary>Entries whose proofs hold.</summary>
    public required long Entries { get; init; }

    /// <summary>The lowest index of those; null where there is none.</summary>
    public required long? First { get; init; }

    /// <summary>The highest index of those; null where there is none.</summary>
    public required long? Last { get; init; }

    /// <summary>
    /// Ranges of entries between the lowest and the highest index that the file does not have, at most 1,000. Entries
    /// that were taken out before the lowest or after the highest index leave no trace.
    /// </summary>
    public IReadOnlyList<AbsentEntries> Absent { get; init; } = [];

    /// <summary>The receipts in the file, at most 1,000, and whether each was kept.</summary>
    public IReadOnlyList<EvidenceReceipt> Receipts { get; init; } = [];

    /// <summary>The findings, in the order of the lines.</summary>
    public required IReadOnlyList<EvidenceFinding> Findings { get; init; }

    /// <summary>True where a key of the auditor signed the checkpoint, and every proof holds.</summary>
    public required bool IsVouched { get; init; }

    /// <summary>The facts of the first entry of the log, where its proof holds; null where the file does not have that entry.</summary>
    [JsonIgnore]
    public EvidenceBirth? Birth { get; init; }

    /// <summary>The signed checkpoint as the file has it, under which the proofs hold; null where it cannot be read.</summary>
    [JsonIgnore]
    public SignedNote? Note { get; init; }

    /// <summary>The statements of the verdict: the entries that are vouched for, and the limits of that.</summary>
    public required IReadOnlyList<string> Statements { get; init; }
}

/// <summary>Something that is wrong in an evidence file.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Index">The index of the entry; null where it concerns no entry.</param>
/// <param name="Detail">In words.</param>
public sealed record EvidenceFinding(int Line, long? Index, string Detail);

/// <summary>Facts of the first entry of a log (<c>log.birth</c>).</summary>
/// <param name="Origin">The origin of the log.</param>
/// <param name="Previous">The origin of the log before it; null where it is the first.</param>
/// <param name="PreviousSize">The size of that one.</param>
/// <param name="PreviousRoot">Its root at that size.</param>
public sealed record EvidenceBirth(string Origin, string? Previous, long? PreviousSize, TreeHash? PreviousRoot);

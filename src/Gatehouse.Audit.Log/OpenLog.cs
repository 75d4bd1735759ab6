using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Log;

/// <summary>A log that can be continued.</summary>
/// <param name="Name">The name of its folder.</param>
/// <param name="Origin">Its name in checkpoints.</param>
/// <param name="Signers">The keys that sign its checkpoints.</param>
/// <param name="Segments">Its journal.</param>
/// <param name="Tree">Its tree, up to the full tiles in front of the journal.</param>
/// <param name="Published">The size of its newest checkpoint.</param>
/// <param name="FirstEntries">The facts of the entries that this process writes first, each under its act.</param>
/// <param name="Repair">The acts that put the log in order before it is continued.</param>
internal sealed record OpenLog(
    string Name,
    string Origin,
    IReadOnlyList<NoteSigner> Signers,
    JournalSegments Segments,
    TreeWriter Tree,
    long Published,
    IReadOnlyList<IReadOnlyList<KeyValuePair<string, string>>> FirstEntries,
    LogRepair Repair)
{
    /// <summary>The end of the log before it, where this process found it; null where the log continues, or is the first.</summary>
    public AuditLogSuccession? Succession { get; init; }
}

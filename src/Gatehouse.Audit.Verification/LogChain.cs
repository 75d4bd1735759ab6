using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>Checks the order of the logs of a folder: each begins with an entry that names the one before it.</summary>
/// <param name="findings">Takes what is wrong.</param>
/// <param name="facts">Takes what is known and not wrong.</param>
/// <param name="isOneLog">True where the folder of one log was given: it comes without the ones before it.</param>
internal sealed class LogChain(FindingCollector findings, ICollection<string> facts, bool isOneLog)
{
    /// <summary>The origin of the log before the given one, which was not checked; null for none.</summary>
    public string? Absent { get; private set; }

    /// <summary>Checks that each log names the one before it, with its size and root.</summary>
    /// <param name="views">The logs, oldest first, each checked.</param>
    public void Check(IReadOnlyList<LogView> views)
    {
        for (var at = 0; at < views.Count; at++)
        {
            var view = views[at];
            if (view.Birth is not { } birth)
            {
                // Without it, a log before this one could be gone without a trace.
                var why = view.Tree is not { LacksFirst: true }
                    ? "the log does not begin with an entry that names it (log.birth)"
                    : "the first bundle is not here, so it cannot be known which log came before; put tile/entries/000 back";
                findings.Add(new LogPosition(view.Log.Files.PathOf(""), view.Log.Name, 0), AuditFindingKind.Chain, why, "act");
                continue;
            }

            CheckUnderCheckpoint(view, birth);
            if (view.Log.Checkpoint is not null && birth.Origin != view.Origin)
                findings.Add(birth.Place, AuditFindingKind.Chain, $"the first entry names the log {birth.Origin}, and the checkpoint {view.Origin}", "log");
            if (birth.Previous is null)
            {
                if (at > 0) findings.Add(birth.Place, AuditFindingKind.Chain, "the first entry names no log before it, and there is one", "previous");
                continue;
            }

            CheckPrevious(views, at, birth);
        }
    }

    // Also where only a part of the log is read: what it says of the log before it counts only if it is proven. Where the tree does not give the
    // root, that is the finding, and this entry can be the right one.
    private void CheckUnderCheckpoint(LogView view, LogBirth birth)
    {
        if (view.Log.Checkpoint is not { Size: > 0 } checkpoint) return;
        var nodes = new TileNodes(checkpoint.Size, path => view.Log.Tile(path) is { State: FileState.Read } tile ? tile.Bytes.ToArray() : null);
        try
        {
            var isProven = InclusionProof.Verify(birth.Leaf, 0, checkpoint.Size, InclusionProof.Build(nodes, 0, checkpoint.Size), checkpoint.Root);
            if (!isProven && view.Tree is { GivesRoot: true })
                findings.Add(birth.Place, AuditFindingKind.Chain, "the first entry is not the one under the checkpoint", "act");
        }
        catch (IOException e)
        {
            if (!findings.Has(view.Log.Name, AuditFindingKind.TileMissing))
                findings.Add(birth.Place, AuditFindingKind.Chain, $"the first entry cannot be compared with the checkpoint: {e.Message}", "act");
        }
    }

    private void CheckPrevious(IReadOnlyList<LogView> views, int at, LogBirth birth)
    {
        if (isOneLog)
        {
            Absent = birth.Previous;
            facts.Add($"{views[at].Log.Name} follows the log {Absent}, which was not checked: that log is not in the folder of this one");
            return;
        }

        var previous = views.Take(at).LastOrDefault(other => other.NamedOrigin == birth.Previous);
        if (previous is null)
        {
            findings.Add(birth.Place, AuditFindingKind.Chain, $"the log {birth.Previous} that came before is not there", "previous");
            if (at > 0) ReportUnnamed(views[at - 1]);
            return;
        }

        foreach (var between in views.Take(at).SkipWhile(view => view != previous).Skip(1)) ReportUnnamed(between);
        if (previous.Tree is null || previous.Log.Checkpoint is null) return; // that it has no checkpoint is the finding
        if (birth.PreviousSize is not { } size || birth.PreviousRoot is not { } root)
            findings.Add(birth.Place, AuditFindingKind.Chain, "the size and root of the log before are not there", "previousSize");
        else if (size > previous.Log.Checkpoint.Size + previous.Tree.Pending)
            findings.Add(birth.Place, AuditFindingKind.RolledBack, $"{previous.Log.Name} had {size} entries, and has {previous.Log.Checkpoint.Size + previous.Tree.Pending}", "previousSize");
        else if (previous.Tree.RootAt(size) != root)
            findings.Add(birth.Place, AuditFindingKind.Chain, $"the first {size} entries of {previous.Log.Name} do not give the root that this log names", "previousRoot");
        else if (size < previous.Log.Checkpoint.Size)
            findings.Add(birth.Place, AuditFindingKind.Chain, $"{previous.Log.Name} has {previous.Log.Checkpoint.Size} entries, and had {size} when it was left", "previousSize");
        else
            previous.IsNamed = true;
    }

    private void ReportUnnamed(LogView view) =>
        findings.Add(new LogPosition(view.Log.Files.PathOf(""), view.Log.Name), AuditFindingKind.Chain, "no later log names this one as the log before it");
}

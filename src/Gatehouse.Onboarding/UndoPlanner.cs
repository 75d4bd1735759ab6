using Gatehouse.Inventory.Places;

namespace Gatehouse.Onboarding;

/// <summary>The planning of edits that remove Gatehouse from the entries. It reads; it writes nothing.</summary>
public static class UndoPlanner
{
    /// <summary>Returns the plan, only from the ledger.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="selection">The filter.</param>
    /// <param name="ledger">The records of wrapped servers.</param>
    public static EditPlan Plan(Machine machine, EditSelection selection, WrapLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(ledger);
        var chosen = ledger.Records.Where(record => selection.Takes(record.Client, record.Server, record.File)).ToList();
        var files = new List<EditedFile>();
        var left = new List<SkippedServer>();
        var dropped = new List<WrapRecord>();
        foreach (var group in chosen.GroupBy(record => record.File, StringComparer.Ordinal))
        {
            var planning = new FileUndoing(group.Key, machine, [.. group]);
            if (planning.Plan() is { } file) files.Add(file);
            left.AddRange(planning.Left);
            dropped.AddRange(planning.Dropped);
        }

        return new EditPlan { Files = files, Left = left, Gaps = [], NotSelected = ledger.Records.Count - chosen.Count, Dropped = dropped };
    }
}

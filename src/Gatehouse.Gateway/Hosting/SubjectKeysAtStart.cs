using Gatehouse.Audit.Privacy;
using Gatehouse.Diagnostics;
using Gatehouse.Storage;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The keys of the audit log's subjects at a start, and whether earlier ones are lost. The log still verifies then, but what older entries say about
/// persons cannot be read, unless the operator puts the table and its ring back.
/// </summary>
internal sealed class SubjectKeysAtStart
{
    private readonly string table;
    private readonly string? aside;
    private readonly bool isTableMissing;

    private SubjectKeysAtStart(string table, string? aside, bool isTableMissing, SubjectKeys keys) =>
        (this.table, this.aside, this.isTableMissing, Keys) = (table, aside, isTableMissing, keys);

    /// <summary>The keys, which the caller disposes of.</summary>
    public SubjectKeys Keys { get; }

    /// <summary>Opens the keys of a state folder. To be called before the log makes its first key, because a first start is no loss.</summary>
    /// <param name="state">The folder.</param>
    /// <param name="ring">The key ring.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="Storage.Abstractions.StoreException">The table cannot be opened.</exception>
    /// <exception cref="IOException">The list of destroyed keys cannot be read, or a table cannot be put aside.</exception>
    public static SubjectKeysAtStart Open(StateDirectory state, KeyRing ring, TimeProvider time)
    {
        var table = StoredSubjectKeys.Table(state.Root);
        var isTableMissing = !File.Exists(table) && state.HasLog;
        var keys = StoredSubjectKeys.Open(state.Root, ring, time, out var aside);
        return new SubjectKeysAtStart(table, aside, isTableMissing, keys);
    }

    /// <summary>
    /// Reports the loss, if there is one, to the operator and in the log. Without the report, the operator would learn of it from a search that shows
    /// no person.
    /// </summary>
    /// <param name="log">Receives the event for the operator.</param>
    /// <param name="journal">Writes the entry of the log.</param>
    public void ReportLoss(ILogger log, ControlJournal journal)
    {
        if (aside is not null)
        {
            log.Write(OperatorEvents.AuditSubjectKeysLost, LogValue.Configured(aside));
            journal.Note("audit.keys.lost", ("file", Path.GetFileName(aside)));
        }

        if (!isTableMissing) return;
        log.Write(OperatorEvents.AuditSubjectKeysMissing, LogValue.Configured(table));
        journal.Note("audit.keys.lost");
    }
}

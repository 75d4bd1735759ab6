using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Log;

/// <summary>The records beside the keys, compared with the logs of a folder: which logs this gateway wrote, and which of them are gone.</summary>
internal sealed class LogRecords
{
    /// <summary>
    /// The most numbers by which a folder may be ahead of the logs that the records name. The threat: a writer of the folder makes one with a number
    /// near the highest. The next log would have the highest, its record would keep it, and no log could follow. A gateway that refused to start
    /// because of it would be stopped by whoever can make a folder (CWE-400).
    /// </summary>
    public const int MostAhead = LogLayout.MostAhead;

    private readonly ILogKeys keys;
    private readonly LogNotes notes;
    private readonly IReadOnlyList<RecordedLog> absent; // the folder with their number does not name them
    private readonly IReadOnlyList<RecordedLog> present;

    /// <param name="keys">The keys and records of logs.</param>
    /// <param name="notes">The files of the folder.</param>
    /// <param name="numbers">The numbers of the logs in the folder.</param>
    public LogRecords(ILogKeys keys, LogNotes notes, IEnumerable<int> numbers)
    {
        (this.keys, this.notes) = (keys, notes);
        var (named, found) = (new HashSet<string>(StringComparer.Ordinal), new List<RecordedLog>());
        foreach (var number in numbers)
        {
            if (Own(number) is not var (origin, record) || !named.Add(origin)) continue;
            // A log that began and published no entry shows nothing: its process may have ended at the loss of all keys. It is not missed either.
            if (record.Origin is null || record.Size > 0) found.Add(record);
        }

        (absent, present) = (keys.Others(named), found);
    }

    /// <summary>True where a log published entries by the records, whichever it was.</summary>
    public bool HasAny => absent.Count + present.Count > 0;

    /// <summary>Number of logs of the records whose folder is not here under their number.</summary>
    public int Absent => absent.Count;

    /// <summary>The newest log that the records name; null where they name none.</summary>
    public RecordedLog? Newest => absent.Concat(present).Where(static log => log.Origin is not null).MaxBy(static log => log.Number);

    /// <summary>
    /// Returns whether a folder with the name of a log is none: its number is further ahead than any log can be. It is passed over, and is left as
    /// it is. The verifier reports it.
    /// </summary>
    /// <param name="number">The number of the folder.</param>
    public bool IsTooFar(int number) => number - (Newest?.Number ?? 0) > MostAhead;

    /// <summary>Throws where no log can have a number.</summary>
    /// <param name="number">The number for a new log.</param>
    /// <exception cref="IOException">It is too high. The message names the record that keeps the highest number.</exception>
    public void RequireRoom(int number)
    {
        if (number <= LogLayout.MostLogs) return;
        var record = Newest is { Number: LogLayout.MostLogs, Origin: { } origin } ? $" and {keys.RecordOf(origin)}" : "";
        throw new IOException($"{LogLayout.LogName(LogLayout.MostLogs)} has the highest number of a log, and no log can follow; move its folder{record} to an archive");
    }

    /// <summary>Returns the log of the records under a number whose folder does not name it; null where there is none.</summary>
    public RecordedLog? AbsentAt(int number) => absent.FirstOrDefault(log => log.Origin is not null && log.Number == number);

    /// <summary>Returns the log that is gone although it was the newest; null where none is.</summary>
    /// <param name="newest">The highest number of a log in the folder; 0 for none.</param>
    // Threat: an operator without the keys removes the whole folder of the newest log, or of all, and the next log begins as if there had been none,
    // or an older log continues. The records beside the keys say which logs published entries (CWE-778). Older logs than the newest may be archived.
    public RecordedLog? Vanished(int newest) =>
        absent.Where(log => log.Number > newest).MaxBy(log => log.Number) ?? (newest == 0 && absent.Count > 0 ? absent[0] : null);

    /// <summary>True where the folder of a log is not of the log that this gateway wrote under the number.</summary>
    /// <param name="number">The highest number of a log in the folder.</param>
    // Threat: an operator without the keys puts the folder of another log, or a copy of an older one, in the place of the newest or after it. The
    // next log would name the forged one, and vouch for its size and root (CWE-345). With records, a log without one was not written by this
    // gateway: only where all records are lost as well can its key be. A record without a name is of a build that named none, so no later log can
    // be named.
    public bool IsOfAnother(int number)
    {
        var isNamed = Newest is not null;
        var name = LogLayout.LogName(number);
        if (AbsentAt(number) is { } own)
        {
            // Its copy of the keys is damaged, and the log is there: it ends as a damaged one.
            var note = notes.CheckpointFile(name) is { } bytes ? SignedNote.Parse(bytes) : null;
            return notes.OriginOf(name) is not null && (note is null || IsSigned(own.Origin, note) is not true);
        }

        if (notes.OriginOf(name) is not { } origin) return isNamed;
        return keys.Recorded(origin) is not { } record ? HasAny : record.Origin is null ? isNamed : record.Number != number;
    }

    // Threat: an operator without the keys removes a log and leaves a copy of its log.vkeys in a folder with another number. Nothing in that file is
    // verified, and the removed log would count as present (CWE-345, CWE-778). So only the folder with the number of the record counts. A record of a
    // build that named no number counts for any folder.
    private (string Origin, RecordedLog Record)? Own(int number) =>
        notes.OriginOf(LogLayout.LogName(number)) is { } origin && keys.Recorded(origin) is { } record
            && (record.Origin is null || record.Number == number) ? (origin, record) : null;

    /// <summary>True where a key of the log signed a note; null where the gateway has no key of the log.</summary>
    public bool? IsSigned(string? origin, SignedNote note)
    {
        if (origin is null || keys.Open(origin) is not { } signers) return null;
        var isSigned = note.Verified([.. signers.Select(static signer => signer.Key)]) is { Count: > 0 };
        foreach (var signer in signers) signer.Dispose();
        return isSigned;
    }
}

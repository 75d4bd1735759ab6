using System.Globalization;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Log;

/// <summary>The log before a new one, as the first entry of the new one names it.</summary>
/// <param name="Origin">Its origin, or the name of its folder; null where neither is known.</param>
/// <param name="Last">The size and root that it had last; null where they are not known.</param>
/// <param name="Source">Where they come from, a word of this type; null without <paramref name="Last"/>.</param>
internal sealed record PreviousLog(string? Origin, (long Size, TreeHash Root)? Last, string? Source)
{
    /// <summary>The gateway's own record beside the keys.</summary>
    public const string FromRecord = "record";

    /// <summary>The checkpoint in the folder of the log, with a signature of the log's key.</summary>
    public const string FromCheckpoint = "checkpoint";

    /// <summary>The files in the folder of the log, which any writer of the folder can make.</summary>
    public const string FromFiles = "files";

    /// <summary>No log before the new one is known.</summary>
    public static PreviousLog None { get; } = new(null, null, null);

    /// <summary>A log that is gone, by its record.</summary>
    public static PreviousLog Of(RecordedLog? log) =>
        log?.Origin is { } origin ? new PreviousLog(origin, (log.Size, log.Root), FromRecord) : None;

    /// <summary>A log whose folder is here.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="notes">The files of the folder.</param>
    /// <param name="keys">The keys and records of logs.</param>
    /// <param name="records">What the records say of the logs of the folder.</param>
    public static PreviousLog At(int number, LogNotes notes, ILogKeys keys, LogRecords records)
    {
        var name = LogLayout.LogName(number);
        // The record counts more than the files, which any writer of the folder can change.
        var origin = records.AbsentAt(number)?.Origin ?? notes.OriginOf(name);
        var record = origin is null ? null : keys.Published(origin);
        var own = record is null ? new PreviousLog(origin ?? name, null, null) : new PreviousLog(origin, record, FromRecord);
        var note = notes.CheckpointFile(name) is { } bytes ? SignedNote.Parse(bytes) : null;
        if (note is null || !Checkpoint.TryParse(note.Text, out var checkpoint) || record?.Size >= checkpoint.Size) return own;
        // Threat: an operator without the key puts an older copy of a log in its place, or another checkpoint, and the next log vouches for it. The
        // record beside the key says what was published, and a checkpoint counts only with a signature of the log's key. Without record and key it is
        // a claim, and is marked as one: an outside checkpoint shows whether it is true.
        var claim = own with { Last = (checkpoint.Size, checkpoint.Root) };
        return records.IsSigned(origin, note) switch
        {
            true => claim with { Source = FromCheckpoint },
            null when record is null && (origin is not null || !records.HasAny) => claim with { Source = FromFiles },
            _ => own,
        };
    }

    /// <summary>The facts of the entry.</summary>
    public IEnumerable<KeyValuePair<string, string>> Facts()
    {
        if (Origin is null) yield break;
        yield return KeyValuePair.Create("previous", Origin);
        if (Last is not { } last || Source is null) yield break;
        yield return KeyValuePair.Create("previousSize", last.Size.ToString(CultureInfo.InvariantCulture));
        yield return KeyValuePair.Create("previousRoot", last.Root.ToString());
        yield return KeyValuePair.Create("previousFrom", Source);
    }
}

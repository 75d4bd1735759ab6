using System.Globalization;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Log;

/// <summary>The log before a new one, as the first entry of the new one names it.</summary>
/// <param name="Origin">Its origin, or the name of its folder; null where neither is known.</param>
/// <param name="Last">The size and root that it had last; null where they are not known.</param>
internal sealed record PreviousLog(string? Origin, (long Size, TreeHash Root)? Last)
{
    /// <summary>No log before the new one is known.</summary>
    public static PreviousLog None { get; } = new(null, null);

    /// <summary>A log that is gone, by its record.</summary>
    public static PreviousLog Of(RecordedLog log) => log.Origin is null ? None : new PreviousLog(log.Origin, (log.Size, log.Root));

    /// <summary>A log whose folder is here.</summary>
    /// <param name="name">Its folder.</param>
    /// <param name="origin">Its origin in the record beside the keys or in its own files; null where neither names it.</param>
    /// <param name="notes">The files of the folder.</param>
    /// <param name="keys">The keys and records of logs.</param>
    public static PreviousLog At(string name, string? origin, LogNotes notes, ILogKeys keys) =>
        new(origin ?? name, LastPublished(name, origin, notes, keys));

    /// <summary>The facts of the entry.</summary>
    public IEnumerable<KeyValuePair<string, string>> Facts()
    {
        if (Origin is null) yield break;
        yield return KeyValuePair.Create("previous", Origin);
        if (Last is not { } last) yield break;
        yield return KeyValuePair.Create("previousSize", last.Size.ToString(CultureInfo.InvariantCulture));
        yield return KeyValuePair.Create("previousRoot", last.Root.ToString());
    }

    // Threat: an operator without the key puts an older copy of a log in its place, or another checkpoint, and the next log vouches for it. The
    // record beside the keys says what was published. Without it the checkpoint is a claim: an outside checkpoint shows whether it is true.
    private static (long Size, TreeHash Root)? LastPublished(string name, string? origin, LogNotes notes, ILogKeys keys)
    {
        var record = origin is null ? null : keys.Published(origin);
        var note = notes.CheckpointFile(name) is { } bytes ? SignedNote.Parse(bytes) : null;
        if (note is null || !Checkpoint.TryParse(note.Text, out var checkpoint)) return record;
        return record is { } known && (known.Size >= checkpoint.Size || !IsSigned(origin!, note, keys)) ? known : (checkpoint.Size, checkpoint.Root);
    }

    private static bool IsSigned(string origin, SignedNote note, ILogKeys keys)
    {
        var signers = keys.Open(origin) ?? [];
        var isSigned = note.Verified([.. signers.Select(static signer => signer.Key)]) is { Count: > 0 };
        foreach (var signer in signers) signer.Dispose();
        return isSigned;
    }
}

using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Log;

/// <summary>The keys with which logs sign their checkpoints, and what must be known of a log from outside its folder.</summary>
public interface ILogKeys
{
    /// <summary>
    /// Returns the origin of a new log, which no other log has: the name in its checkpoints. It should be a URL without its scheme
    /// (C2SP tlog-checkpoint, "Note text").
    /// </summary>
    string NewOrigin();

    /// <summary>Makes the keys of a new log. They are on stable storage when this returns. The first one is on P-256.</summary>
    /// <exception cref="IOException">They cannot be stored.</exception>
    IReadOnlyList<NoteSigner> Create(string origin);

    /// <summary>
    /// Stores what the log is about to publish, outside the folder of the log and so that who writes that folder cannot write it. It is on stable
    /// storage when this returns. The threat: an older checkpoint is put back, entries after it are written again, and the log signs them.
    /// </summary>
    /// <exception cref="IOException">It cannot be stored.</exception>
    void StorePublished(string origin, long size, TreeHash root);

    /// <summary>Returns what <see cref="StorePublished"/> stored last; null where it is lost.</summary>
    /// <exception cref="IOException">It may be there and cannot be read now.</exception>
    (long Size, TreeHash Root)? Published(string origin);

    /// <summary>
    /// Stores the origin of a log with the number of its folder, beside its keys and as safe from who writes the folder of the log. It is on stable
    /// storage when this returns. A log for which it is stored already costs a reading.
    /// </summary>
    /// <exception cref="IOException">It cannot be stored.</exception>
    void Remember(string origin, int number);

    /// <summary>
    /// Stores the losses that a log could not report yet, as safe as its other records; null where it has reported all. The threat: a caller fills
    /// the disk, and the process ends before there is room for the entry about what was lost (CWE-778).
    /// </summary>
    /// <exception cref="IOException">It cannot be stored.</exception>
    void StoreLosses(string origin, LossRecord? losses);

    /// <summary>Returns what <see cref="StoreLosses"/> stored last; null where there is nothing, or it does not open.</summary>
    /// <exception cref="IOException">It may be there and cannot be read now.</exception>
    LossRecord? Losses(string origin);

    /// <summary>Returns the logs that published entries, without those of these origins, in no order.</summary>
    /// <exception cref="IOException">The records may be there and cannot be read now.</exception>
    IReadOnlyList<RecordedLog> Others(IReadOnlyCollection<string> origins);

    /// <summary>
    /// Returns the record of a log; null where nothing is stored for this origin, neither a key nor a record. Its origin is null where there is
    /// something, and no record that opens names the log.
    /// </summary>
    /// <exception cref="IOException">The records may be there and cannot be read now.</exception>
    RecordedLog? Recorded(string origin);

    /// <summary>Returns the place of the record of a log in words, for an operator who has to move it.</summary>
    string RecordOf(string origin) => $"the record of {origin}";

    /// <summary>Returns the keys of a log; null where they are lost, which ends that log.</summary>
    /// <exception cref="IOException">They may be there and cannot be read now.</exception>
    IReadOnlyList<NoteSigner>? Open(string origin);
}

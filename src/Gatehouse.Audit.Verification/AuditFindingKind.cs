namespace Gatehouse.Audit.Verification;

/// <summary>What is wrong at a place of a log.</summary>
public enum AuditFindingKind
{
    /// <summary>It is not a JSON object in UTF-8.</summary>
    NoEntry,

    /// <summary>The journal ends within an entry: the process died while it wrote, or the file was cut.</summary>
    TornEnd,

    /// <summary>A member occurs twice, so that readers read the entry differently.</summary>
    RepeatedMember,

    /// <summary>The version of the event model is absent or not known.</summary>
    Version,

    /// <summary>A member that every entry of its kind has is absent or of another type.</summary>
    Member,

    /// <summary>A word that the event model does not have.</summary>
    Word,

    /// <summary>Entries are missing, and no entry <c>log.gap</c> says so.</summary>
    Gap,

    /// <summary>An entry has a number that was there before.</summary>
    Order,

    /// <summary>A call was begun twice under one id.</summary>
    BegunTwice,

    /// <summary>An entry that counts others does not agree with itself.</summary>
    Sum,

    /// <summary>What has the name of a file of the log is not a regular file but a pipe, a device, a folder or a link. It was not read.</summary>
    NotAFile,

    /// <summary>An entry is not the one whose hash the tree has at its place.</summary>
    EntryAltered,

    /// <summary>An entry that the tree has is not there.</summary>
    EntryMissing,

    /// <summary>An entry is there that the tree does not have.</summary>
    EntryInserted,

    /// <summary>An entry is at the place of another one.</summary>
    EntryMoved,

    /// <summary>A bundle of entries is absent, and the auditor did not give it as archived.</summary>
    BundleMissing,

    /// <summary>A tile of hashes is absent.</summary>
    TileMissing,

    /// <summary>A tile has hashes that are not those of the entries.</summary>
    TileAltered,

    /// <summary>The entries and tiles do not give the root of the checkpoint.</summary>
    RootMismatch,

    /// <summary>The log has no checkpoint, or what is there is none.</summary>
    Checkpoint,

    /// <summary>The checkpoint is not signed by a key that was given.</summary>
    Signature,

    /// <summary>The copy of the verifier keys beside the log is damaged, or of other keys.</summary>
    KeyFile,

    /// <summary>A segment of the journal is damaged, or does not follow the one before it.</summary>
    Journal,

    /// <summary>An entry of the journal is another one than the tree has.</summary>
    JournalDiffers,

    /// <summary>A kept payload is not there, and no entry says that it was erased.</summary>
    PayloadMissing,

    /// <summary>A kept payload is not the one that its entry names.</summary>
    PayloadAltered,

    /// <summary>No entry names this payload.</summary>
    PayloadUnnamed,

    /// <summary>A log does not follow from the one before it.</summary>
    Chain,

    /// <summary>The log does not begin as the log of the outside checkpoint: history was rewritten, or there are two views of it.</summary>
    Rewritten,

    /// <summary>The log is shorter than at the outside checkpoint.</summary>
    RolledBack,

    /// <summary>The outside checkpoint itself cannot be used.</summary>
    OutsideCheckpoint,

    /// <summary>The outside checkpoint is of a log that is not there.</summary>
    UnknownLog,

    /// <summary>A cosignature that was asked for is absent, wrong, or cannot be checked on this system.</summary>
    Cosignature,

    /// <summary>
    /// A partial tile or bundle that a full one has replaced has other bytes. The full one is right, and no proof needs the partial one. A reader
    /// that takes it gets hashes that do not give the signed root.
    /// </summary>
    PartialAltered,

    /// <summary>
    /// A log began because the log before it was damaged, put back to an older state, or gone, and nothing from elsewhere explains it.
    /// </summary>
    Succession,

    /// <summary>A name in the folder of the logs is of no log. What has it was not checked.</summary>
    UnknownName,
}

namespace Gatehouse.Audit.Verification;

/// <summary>What is wrong at a place of a log.</summary>
public enum AuditFindingKind
{
    /// <summary>A line is no JSON object, or is longer than an entry can be.</summary>
    NoEntry,

    /// <summary>A segment ends within a line: the process died while it wrote, or the file was cut.</summary>
    TornEnd,

    /// <summary>Something follows the zeros that end a segment.</summary>
    AfterZeros,

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

    /// <summary>A segment between two others is not there.</summary>
    MissingSegment,

    /// <summary>A call was begun twice under one id.</summary>
    BegunTwice,

    /// <summary>A call was begun and not ended: the process died, or the call is under way. It may have acted.</summary>
    NotEnded,

    /// <summary>An entry that counts others does not agree with itself.</summary>
    Sum,

    /// <summary>What has the name of a segment is no regular file: a pipe, a device, a folder or a link. It was not read.</summary>
    NotAFile,
}
